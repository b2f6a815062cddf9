"""What goes back over HTTP: cancelled purchases, returned pieces, and the money for them."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx2 import AsyncClient, Response

from domain.boutique import Boutique
from domain.placement import PlacePurchase, WantedPiece
from domain.ports import Authorisation, PaymentUnavailable
from tests.http.markup import send, visit
from tests.http.visitors import (
    CARD,
    PASSWORD,
    Goods,
    OpenBoutique,
    Visitor,
    refused,
    registered,
    succeeded,
)
from web.app import create_app
from web.upkeep import settle_what_was_left

ADDRESS = "/api/v1/purchases"


class AwayProvider:
    """A payment provider that holds and takes money, and does not answer when asked for it back."""

    async def authorise(self, **_: object) -> Authorisation:
        return Authorisation("held")

    async def capture(self, **_: object) -> None: ...

    async def void(self, **_: object) -> None:
        raise PaymentUnavailable

    async def refund(self, **_: object) -> str:
        raise PaymentUnavailable


@pytest.fixture
async def own_seller(boutique: OpenBoutique) -> Visitor:
    return await boutique.seller("Maison Retour")


@pytest.fixture
async def hat(own_seller: Visitor) -> Goods:
    return await registered(own_seller, "hat", sizes=[{"size": "M", "pieces": 5}])


async def bought(shopper: Visitor, *goods: Goods, quantity: int = 1) -> dict[str, Any]:
    wanted = await shopper.confirm(*goods)
    for piece in wanted["pieces"]:
        piece["quantity"] = quantity
    made: dict[str, Any] = await shopper.post("/purchases", wanted)
    return made


async def placed(boutique: OpenBoutique, shopper: Visitor, hat: Goods) -> str:
    """Place a purchase whose process died before it was paid; return its id."""
    wanted = await shopper.confirm(hat)
    assert shopper.account_id is not None
    outcome = await boutique.container.boutique.handle(
        PlacePurchase(
            purchase_id=uuid4(),
            shopper_id=shopper.account_id,
            coordination_id=UUID(wanted["coordination_id"]),
            pieces=(
                WantedPiece(
                    commodity_id=hat.commodity_id,
                    variant_id=hat.variant_ids[0],
                    quantity=1,
                    price_minor=hat.price_minor,
                ),
            ),
            card=CARD,
        )
    )
    await shopper.get("/facets", at_least=outcome.position)
    [found] = (await shopper.get("/purchases"))["purchases"]
    assert found["state"] == "placed"
    return str(found["purchase_id"])


async def returning(
    shopper: Visitor,
    purchase_id: str,
    hat: Goods,
    quantity: int = 1,
    **differently: Any,  # noqa: ANN401 (JSON)
) -> Response:
    body = {
        "return_id": str(uuid4()),
        "lines": [{"variant_id": str(hat.variant_ids[0]), "quantity": quantity}],
        **differently,
    }
    return await shopper.http.post(f"{ADDRESS}/{purchase_id}/returns", json=body)


async def refunding(
    who: Visitor, purchase_id: str, amount_minor: int, refund_id: str | None = None
) -> Response:
    body = {"refund_id": refund_id or str(uuid4()), "amount_minor": amount_minor}
    return await who.http.post(f"{ADDRESS}/{purchase_id}/refunds", json=body)


async def without_money_back(boutique: OpenBoutique, who: Visitor) -> AsyncClient:
    """Return a client of the same boutique whose payment provider is away."""
    opened = boutique.container
    away = Boutique(decider=opened.decider, payment=AwayProvider())
    container = replace(opened, boutique=away)
    http = await boutique.client(create_app(container, boutique.imaging))
    succeeded(await http.post("/api/v1/sessions", json={"email": who.email, "password": PASSWORD}))
    return http


# ------------------------------------------------------ before it is paid


async def test_a_purchase_that_waits_for_its_payment_is_cancelled_and_its_pieces_are_back(
    boutique: OpenBoutique, shopper: Visitor, hat: Goods
) -> None:
    purchase_id = await placed(boutique, shopper, hat)
    for _ in range(2):
        cancelled = await shopper.post(f"/purchases/{purchase_id}/cancellation", None)
        assert cancelled["state"] == "cancelled"
    assert await boutique.left(hat) == 5
    assert await shopper.get("/wardrobe") == []
    receipt = await visit(shopper.http, f"/purchases/{purchase_id}")
    assert "Cancelled" in receipt.text


async def test_a_purchase_is_cancelled_by_a_button(
    boutique: OpenBoutique, shopper: Visitor, hat: Goods
) -> None:
    purchase_id = await placed(boutique, shopper, hat)
    receipt = await visit(shopper.http, f"/purchases/{purchase_id}")
    form = receipt.form(f"/purchases/{purchase_id}/cancellation")
    assert "back in the shop" in (await send(shopper.http, form)).text
    assert await boutique.left(hat) == 5


async def test_while_the_provider_is_away_it_is_cancelled_all_the_same_and_settled_later(
    boutique: OpenBoutique, shopper: Visitor, hat: Goods
) -> None:
    purchase_id = await placed(boutique, shopper, hat)
    http = await without_money_back(boutique, shopper)
    answer = succeeded(await http.post(f"{ADDRESS}/{purchase_id}/cancellation"))
    assert answer.json()["state"] == "cancelled"
    assert await boutique.left(hat) == 5


async def test_what_is_paid_is_returned_and_not_cancelled(
    boutique: OpenBoutique, shopper: Visitor, hat: Goods
) -> None:
    purchase_id = (await bought(shopper, hat))["purchase_id"]
    address = f"{ADDRESS}/{purchase_id}/cancellation"
    problem = refused(await shopper.http.post(address), 409, "purchase-paid")
    assert "Return its pieces" in problem["detail"]
    page = await shopper.http.post(
        f"/purchases/{purchase_id}/cancellation", headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert page.status_code == 409
    stranger = await boutique.shopper()
    refused(await stranger.http.post(address), 404, "purchase-not-found")
    guest = await boutique.guest()
    refused(await guest.http.post(address), 401, "sign-in-needed")


# ------------------------------------------------------- pieces come back


async def test_pieces_come_back_one_by_one_and_never_more_than_were_bought(
    boutique: OpenBoutique, shopper: Visitor, hat: Goods
) -> None:
    purchase_id = (await bought(shopper, hat, quantity=3))["purchase_id"]
    assert await boutique.left(hat) == 2
    first = succeeded(await returning(shopper, purchase_id, hat, 2)).json()
    assert first["lines"][0]["returned"] == 2
    [owned] = await shopper.get("/wardrobe")
    assert owned["quantity"] == 1
    problem = refused(await returning(shopper, purchase_id, hat, 2), 400, "quantity-not-returnable")
    assert "still have" in problem["detail"]
    succeeded(await returning(shopper, purchase_id, hat))
    assert await shopper.get("/wardrobe") == []
    assert await boutique.left(hat) == 5
    # What went back can be bought once more.
    assert (await shopper.get("/coordinations/current"))["total"]["minor"] == hat.price_minor


async def test_a_return_sent_again_is_one_return(
    boutique: OpenBoutique, shopper: Visitor, hat: Goods
) -> None:
    purchase_id = (await bought(shopper, hat, quantity=2))["purchase_id"]
    return_id = str(uuid4())
    for _ in range(3):
        succeeded(await returning(shopper, purchase_id, hat, return_id=return_id))
    body = {
        "return_id": str(uuid4()),
        "lines": [{"variant_id": str(hat.variant_ids[0]), "quantity": 1}],
    }
    address, key = f"{ADDRESS}/{purchase_id}/returns", {"Idempotency-Key": "one-return"}
    answers = [await shopper.http.post(address, json=body, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert await boutique.left(hat) == 5


async def test_only_what_is_paid_and_ones_own_can_be_returned(
    boutique: OpenBoutique, shopper: Visitor, hat: Goods
) -> None:
    purchase_id = await placed(boutique, shopper, hat)
    refused(await returning(shopper, purchase_id, hat), 409, "purchase-not-paid")
    await shopper.post(f"/purchases/{purchase_id}/cancellation", None)
    refused(await returning(shopper, purchase_id, hat), 409, "purchase-not-paid")
    stranger, guest = await boutique.shopper(), await boutique.guest()
    refused(await returning(stranger, purchase_id, hat), 404, "purchase-not-found")
    refused(await returning(guest, purchase_id, hat), 401, "sign-in-needed")
    refused(await returning(shopper, str(uuid4()), hat), 404, "purchase-not-found")


@pytest.mark.parametrize(
    "differently",
    [{"lines": []}, {"lines": [{"variant_id": "M"}]}, {"return_id": "mine"}, {"lines": None}],
)
async def test_a_return_that_cannot_be_read_is_explained(
    shopper: Visitor, hat: Goods, differently: dict[str, Any]
) -> None:
    purchase_id = (await bought(shopper, hat))["purchase_id"]
    answer = await returning(shopper, purchase_id, hat, **differently)
    assert "Mend these" in refused(answer, 422, "invalid-request")["detail"]


# --------------------------------------------------- and money goes back


async def test_the_seller_grants_what_came_back_and_never_more(
    shopper: Visitor, own_seller: Visitor, hat: Goods
) -> None:
    purchase_id = (await bought(shopper, hat, quantity=2))["purchase_id"]
    nothing_back = await refunding(own_seller, purchase_id, 1)
    refused(nothing_back, 400, "refund-out-of-range")
    succeeded(await returning(shopper, purchase_id, hat))
    too_much = await refunding(own_seller, purchase_id, hat.price_minor + 1)
    assert str(hat.price_minor) in refused(too_much, 400, "refund-out-of-range")["detail"]
    refund_id = str(uuid4())
    for _ in range(2):  # sent again, nothing is doubled
        answer = succeeded(await refunding(own_seller, purchase_id, hat.price_minor, refund_id))
        assert answer.status_code == 201
        assert answer.json()["amount"] == {"minor": hat.price_minor, "currency": "EUR"}
        assert answer.json()["paid_at"] is not None
    refused(await refunding(own_seller, purchase_id, 1), 400, "refund-out-of-range")
    [refund] = (await shopper.get(f"/purchases/{purchase_id}"))["refunds"]
    assert refund["refund_id"] == refund_id


async def test_who_may_grant_a_refund(
    boutique: OpenBoutique, shopper: Visitor, own_seller: Visitor, seller: Visitor, hat: Goods
) -> None:
    shirt = await registered(seller)
    purchase_id = (await bought(shopper, hat, shirt))["purchase_id"]
    succeeded(await returning(shopper, purchase_id, hat))
    # Each seller for her own pieces; an operator for any.
    refused(await refunding(seller, purchase_id, 1), 400, "refund-out-of-range")
    succeeded(await refunding(own_seller, purchase_id, 1))
    refused(await refunding(await boutique.seller(), purchase_id, 1), 404, "purchase-not-found")
    refused(await refunding(shopper, purchase_id, 1), 403, "not-allowed")
    refused(await refunding(await boutique.guest(), purchase_id, 1), 401, "sign-in-needed")
    refused(await refunding(seller, str(uuid4()), 1), 404, "purchase-not-found")
    operator = await boutique.operator()
    succeeded(await refunding(operator, purchase_id, hat.price_minor - 1))
    refused(await refunding(operator, str(uuid4()), 1), 404, "purchase-not-found")


async def test_a_refund_of_another_purchase_is_not_granted_twice(
    shopper: Visitor, own_seller: Visitor, hat: Goods
) -> None:
    refund_id = str(uuid4())
    ids = list[str]()
    wanted = await shopper.confirm(hat)
    for _ in range(2):
        purchase_id = str(uuid4())
        await shopper.post("/purchases", wanted | {"purchase_id": purchase_id})
        succeeded(await returning(shopper, purchase_id, hat))
        ids.append(purchase_id)
    succeeded(await refunding(own_seller, ids[0], 100, refund_id))
    refused(await refunding(own_seller, ids[1], 100, refund_id), 409, "refund-not-granted")


@pytest.mark.parametrize("body", [{"refund_id": "mine"}, {"amount_minor": 0}, {"amount_minor": -5}])
async def test_a_refund_that_cannot_be_read_is_explained(
    own_seller: Visitor, body: dict[str, object]
) -> None:
    whole = {"refund_id": str(uuid4()), "amount_minor": 100, **body}
    answer = await own_seller.http.post(f"{ADDRESS}/{uuid4()}/refunds", json=whole)
    refused(answer, 422, "invalid-request")


async def test_while_the_provider_is_away_a_refund_is_granted_and_paid_later(
    boutique: OpenBoutique, shopper: Visitor, own_seller: Visitor, hat: Goods
) -> None:
    purchase_id = (await bought(shopper, hat))["purchase_id"]
    succeeded(await returning(shopper, purchase_id, hat))
    http = await without_money_back(boutique, own_seller)
    body = {"refund_id": str(uuid4()), "amount_minor": hat.price_minor}
    answer = succeeded(await http.post(f"{ADDRESS}/{purchase_id}/refunds", json=body))
    assert answer.json()["paid_at"] is None
    waiting = await visit(shopper.http, f"/purchases/{purchase_id}")
    assert "on its way to your card" in waiting.text
    await settle_what_was_left(boutique.container)
    head = await boutique.container.log.head()
    [refund] = (await shopper.get(f"/purchases/{purchase_id}", at_least=head))["refunds"]
    assert refund["paid_at"] is not None


# ------------------------------------------------------------------ by forms


async def test_from_the_receipt_to_the_refund_by_forms_alone(
    shopper: Visitor, own_seller: Visitor, hat: Goods
) -> None:
    purchase_id = (await bought(shopper, hat))["purchase_id"]
    address = f"/purchases/{purchase_id}"
    receipt = await visit(shopper.http, address)
    form = receipt.form(f"{address}/returns")
    field = f"back-{hat.variant_ids[0]}"
    form.fields.pop(field, None)  # a box that is not ticked is not sent
    nothing = await send(shopper.http, form)
    assert any("at least one piece" in alert for alert in nothing.alerts)
    mangled = await send(shopper.http, form, **{field: "all"})
    assert any("whole number" in alert for alert in mangled.alerts)
    back = await send(shopper.http, form, **{field: "1"})
    assert "All of it went back" in back.text
    assert "worth €49" in back.text
    assert "Plain hat" not in (await visit(shopper.http, "/wardrobe")).text

    console = await visit(own_seller.http, "/seller")
    assert "pieces-returned" in console.text
    refund = console.form(f"/seller/purchases/{purchase_id}/refunds")
    assert refund.fields["amount"] == "49.00"
    for bad in ("50.00", "much"):
        sorry = await send(own_seller.http, refund, amount=bad)
        assert sorry.answer.status_code == 400
        assert sorry.alerts
    granted = await send(own_seller.http, refund)
    assert "The refund is granted" in granted.text
    assert [form for form in granted.forms if form.action.endswith("/refunds")] == []
    assert "\N{MINUS SIGN}€49" in (await visit(shopper.http, address)).text


async def test_somebody_elses_purchase_is_not_returned_by_a_form(
    boutique: OpenBoutique, shopper: Visitor, hat: Goods
) -> None:
    purchase_id = (await bought(shopper, hat))["purchase_id"]
    receipt = await visit(shopper.http, f"/purchases/{purchase_id}")
    stranger = await boutique.shopper()
    field = {f"back-{hat.variant_ids[0]}": "1"}
    answer = await send(stranger.http, receipt.form(f"/purchases/{purchase_id}/returns"), **field)
    assert answer.answer.status_code == 404


async def test_each_seller_of_a_look_refunds_her_own_pieces(
    shopper: Visitor, own_seller: Visitor, seller: Visitor, hat: Goods
) -> None:
    shirt = await registered(seller)
    purchase_id = (await bought(shopper, hat, shirt))["purchase_id"]
    succeeded(await returning(shopper, purchase_id, hat))
    assert purchase_id not in (await visit(seller.http, "/seller")).text.partition("Latest")[0]
    succeeded(await returning(shopper, purchase_id, shirt))
    for who, goods in ((own_seller, hat), (seller, shirt)):
        console = await visit(who.http, "/seller")
        form = console.form(f"/seller/purchases/{purchase_id}/refunds")
        assert form.fields["amount"] == f"{goods.price_minor / 100:.2f}"
        assert "The refund is granted" in (await send(who.http, form)).text
    found = (await shopper.get(f"/purchases/{purchase_id}"))["refunds"]
    assert [x["amount"]["minor"] for x in found] == [hat.price_minor, shirt.price_minor]
