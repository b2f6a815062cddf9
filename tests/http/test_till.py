"""The till with Stripe behind it: test cards in test mode, no card where money is real."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from httpx2 import AsyncClient
from pydantic import SecretStr

from domain.boutique import Boutique
from tests.http.markup import send, visit
from tests.http.visitors import PASSWORD, Goods, OpenBoutique, Visitor, registered, succeeded
from tests.stripe_server import PAYS, SECRET_KEY, StripeServer, stripe_server
from web.app import create_app
from web.bootstrap import payment_by

CONFIRMATION = "/coordination/confirmation"


@pytest.fixture(scope="module")
async def shirt(seller: Visitor) -> Goods:
    return await registered(seller, sizes=[{"size": "M", "pieces": 20}])


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StripeServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with stripe_server() as serving:
        yield serving


async def with_stripe(
    boutique: OpenBoutique, shopper: Visitor, server: StripeServer, key: str = SECRET_KEY
) -> AsyncClient:
    """Return the shopper's client of the same boutique, paid by Stripe."""
    opened = boutique.container
    settings = opened.settings.model_copy(
        update={
            "payment_provider": "stripe",
            "stripe_secret_key": SecretStr(key),
            "stripe_url": server.url,
        }
    )
    till = payment_by(settings)
    boutique.stack.push_async_callback(till.close)
    paid_by_stripe = Boutique(decider=opened.decider, payment=till.payment)
    container = replace(opened, settings=settings, till=till, boutique=paid_by_stripe)
    http = await boutique.client(create_app(container, boutique.imaging))
    account = {"email": shopper.email, "password": PASSWORD}
    succeeded(await http.post("/api/v1/sessions", json=account))
    return http


async def test_with_a_test_key_a_look_is_paid_with_a_test_card(
    boutique: OpenBoutique, shopper: Visitor, shirt: Goods, server: StripeServer
) -> None:
    http = await with_stripe(boutique, shopper, server)
    await shopper.dress_in(shirt)
    till = await send(http, (await visit(http, CONFIRMATION)).form(CONFIRMATION))
    assert "Stripe in test mode" in till.text
    form = till.form("/purchases")
    assert form.fields["card"] == PAYS
    receipt = await send(http, form)
    assert "It is yours" in receipt.text
    (intent,) = server.intents.values()
    assert (intent["status"], intent["amount_received"]) == ("succeeded", shirt.price_minor)


async def test_with_a_live_key_there_is_no_card_and_no_button_but_a_sentence(
    boutique: OpenBoutique, shopper: Visitor, shirt: Goods, server: StripeServer
) -> None:
    http = await with_stripe(boutique, shopper, server, key="sk_live_of_nobody")
    await shopper.dress_in(shirt)
    till = await send(http, (await visit(http, CONFIRMATION)).form(CONFIRMATION))
    assert "Cards cannot be entered" in till.text
    assert "Buy this look" not in till.text
    assert till.form("/purchases").chosen("card") == []


async def test_while_stripe_is_away_the_purchase_waits_and_is_completed_once(
    boutique: OpenBoutique, shopper: Visitor, shirt: Goods, server: StripeServer
) -> None:
    http = await with_stripe(boutique, shopper, server)
    wanted = {**await shopper.confirm(shirt), "card": PAYS}
    server.failures = [503] * 3
    away = await http.post("/api/v1/purchases", json=wanted)
    assert away.status_code == 503
    assert away.json()["type"] == "/problems/payment-unavailable"
    for _ in range(2):
        again = succeeded(await http.post("/api/v1/purchases", json=wanted))
        assert again.json()["state"] == "captured"
    assert server.acts == ["hold", "capture"]
