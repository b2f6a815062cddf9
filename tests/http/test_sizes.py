"""Sizes: told by sellers, compared with shoppers' own measures, and advised on in words."""

import json
import zipfile
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from psycopg import AsyncConnection

from tests.http.markup import visit
from tests.http.visitors import (
    Goods,
    OpenBoutique,
    Visitor,
    drawn,
    refused,
    registered,
    registering,
    registration,
    succeeded,
    uploaded,
)

SIZES = [
    {"size": "S", "pieces": 3, "measures": {"chest_width": 50, "length": 70}},
    {"size": "M", "pieces": 5, "measures": {"chest_width": 54, "length": 71.5}},
    {"size": "L", "pieces": 2, "measures": {"chest_width": 58, "length": 73}},
]
HERS = {"height": 172, "chest": 96}


@pytest.fixture(scope="session")
async def shirt(seller: Visitor) -> Goods:
    return await registered(seller, sizes=SIZES)


async def advice(visitor: Visitor, goods: Goods) -> Any:  # noqa: ANN401 (JSON)
    return await visitor.get(f"/commodities/{goods.commodity_id}/size-advice")


async def bought(shopper: Visitor, goods: Goods) -> dict[str, Any]:
    """Buy a piece in its first size."""
    order = await shopper.confirm(goods)
    found: dict[str, Any] = await shopper.post("/purchases", order)
    return found


# --------------------------------------------------------------- garments


async def test_sizes_that_were_measured_at_registration_are_shown(
    boutique: OpenBoutique, shirt: Goods
) -> None:
    guest = await boutique.guest()
    shown = await guest.get(f"/commodities/{shirt.commodity_id}/measures")
    assert shown["known"] == ["chest_width", "length", "sleeve_length"]
    assert [shown["sizes"][str(id_)] for id_ in shirt.variant_ids] == [x["measures"] for x in SIZES]
    listed = await guest.get(f"/commodities/{shirt.commodity_id}")
    assert [x["measures"] for x in listed["variants"]] == [x["measures"] for x in SIZES]
    page = succeeded(await guest.http.get(f"/commodities/{shirt.commodity_id}")).text
    assert "Chest width" in page
    assert "71.5" in page


async def test_a_seller_mends_what_she_told_and_nobody_else_does(
    boutique: OpenBoutique, seller: Visitor, shopper: Visitor
) -> None:
    goods = await registered(seller, sizes=SIZES)
    address = f"/commodities/{goods.commodity_id}/measures"
    told = {"sizes": {str(goods.variant_ids[0]): {"chest_width": 51}}}
    assert (await seller.post(address, told))["is_changed"]
    assert not (await seller.post(address, told))["is_changed"]
    shown = await seller.get(address)
    assert [shown["sizes"][str(x)] for x in goods.variant_ids] == [{"chest_width": 51}, {}, {}]
    for other, status, name in (
        (shopper, 403, "not-allowed"),
        (await boutique.seller(), 404, "commodity-not-found"),
    ):
        refused(await other.http.post(f"/api/v1{address}", json=told), status, name)


@pytest.mark.parametrize(
    ("differently", "saying"),
    [
        ({"sizes": [{"size": "M", "pieces": 1, "measures": {"chest_width": 104}}]}, "half of the"),
        ({"sizes": [{"size": "M", "pieces": 1, "measures": {"inseam": 80}}]}, "Leave out the"),
        ({"type": None, "sizes": SIZES}, "Say the type too"),
    ],
    ids=["all the way round", "of another type", "of no type"],
)
async def test_measures_that_cannot_be_meant_are_refused_and_nothing_is_registered(
    boutique: OpenBoutique, seller: Visitor, differently: dict[str, Any], saying: str
) -> None:
    before = await boutique.container.log.head()
    said = registration(**differently)
    answer = await registering(seller, said, drawn("shirt"))
    assert saying in refused(answer, 400, "measures-not-usable")["detail"]
    assert await boutique.container.log.head() == before


async def test_a_size_of_another_commodity_is_refused(seller: Visitor, shirt: Goods) -> None:
    body = {"sizes": {str(uuid4()): {"chest_width": 50}}}
    address = f"/api/v1/commodities/{shirt.commodity_id}/measures"
    refused(await seller.http.post(address, json=body), 404, "variant-not-found")


async def test_a_seller_measures_on_a_page_and_what_she_wrote_stays_there_when_refused(
    seller: Visitor,
) -> None:
    goods = await registered(seller, "trousers", sizes=[{"size": "38", "pieces": 1}])
    address = f"/seller/commodities/{goods.commodity_id}/measures"
    console = succeeded(await seller.http.get("/seller")).text
    assert f'href="{address}"' in console
    field = f"{goods.variant_ids[0]}.waist_width"
    answer = await seller.http.post(address, data={field: "about 40"})
    assert answer.status_code == 400
    assert 'value="about 40"' in answer.text
    assert "Write the waist width as a number" in answer.text
    saved = await seller.http.post(address, data={field: "36,5"})
    assert saved.status_code == 303
    await seller.get("/facets", at_least=saved.headers["location"].partition("at_least=")[2])
    assert 'value="36.5"' in succeeded(await seller.http.get(address)).text


async def test_the_console_registers_with_measures(seller: Visitor) -> None:
    form = {
        "name": "Measured shirt",
        "price": "49",
        "type": "shirt",
        "design": "solid",
        "colours": ["blue"],
        "size": ["S", "", "M"],
        "pieces": ["1", "0", "2"],
        "cm.chest_width": ["50", "", "54,5"],
        "cm.length": ["", "", "72"],
        "cm.inseam": ["", "", ""],
    }
    files = {"photo": ("shirt.png", drawn("shirt"), "image/png")}
    answer = await seller.http.post("/seller/commodities", data=form, files=files)
    assert answer.status_code == 303, answer.text[:500]
    at_least = answer.headers["location"].partition("at_least=")[2]
    listed = await seller.get("/commodities", at_least=at_least, limit=1)
    assert [x["measures"] for x in listed["commodities"][0]["variants"]] == [
        {"chest_width": 50},
        {"chest_width": 54.5, "length": 72},
    ]


# ----------------------------------------------------------------- bodies


async def test_measures_are_kept_told_exported_and_erased(
    boutique: OpenBoutique, shopper: Visitor
) -> None:
    assert (await shopper.get("/accounts/me/measures"))["measures"] == {}
    told = await shopper.post("/accounts/me/measures", {"measures": HERS})
    assert told["measures"] == HERS
    await shopper.post("/accounts/me/measures", {"measures": {"height": 173}})
    assert (await shopper.get("/accounts/me/measures"))["measures"] == {"height": 173}
    archive = zipfile.ZipFile(
        BytesIO(succeeded(await shopper.http.get("/account/everything.zip")).content)
    )
    exported = json.loads(archive.read("measures.json"))
    assert [x["measures"] for x in exported] == [HERS, {"height": 173}]

    answer = await shopper.http.delete("/api/v1/accounts/me/measures")
    assert answer.status_code == 204
    assert (await shopper.get("/accounts/me/measures"))["measures"] == {}
    async with boutique.container.pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT count(*) FROM body_measures WHERE shopper_id = %s", (shopper.account_id,)
        )
        assert await cursor.fetchone() == (0,)


async def test_the_log_knows_that_there_were_measures_and_none_of_them(
    boutique: OpenBoutique, shopper: Visitor
) -> None:
    measures = {"height": 187.4, "chest": 113.7}
    await shopper.post("/accounts/me/measures", {"measures": measures})
    await shopper.http.delete("/api/v1/accounts/me/measures")
    async with boutique.container.pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT type, convert_from(data, 'UTF8') FROM boutique_events_tt_main"
            " WHERE tags @> ARRAY[%s] ORDER BY id",
            (f"shopper:{shopper.account_id}",),
        )
        events = await cursor.fetchall()
    assert [topic for topic, _ in events] == ["body-measured", "body-measures-erased"]
    assert not any("187.4" in data or "113.7" in data for _, data in events)


@pytest.mark.parametrize(
    "measures", [{}, {"height": 1.72}, {"temper": 40}], ids=["nothing", "metres", "no measure"]
)
async def test_a_body_that_cannot_be_meant_is_refused_and_what_was_kept_stays(
    shopper: Visitor, measures: dict[str, float]
) -> None:
    await shopper.post("/accounts/me/measures", {"measures": HERS})
    answer = await shopper.http.post("/api/v1/accounts/me/measures", json={"measures": measures})
    refused(answer, 400, "measures-not-usable")
    assert (await shopper.get("/accounts/me/measures"))["measures"] == HERS


async def test_measures_are_whose_they_are(boutique: OpenBoutique, shopper: Visitor) -> None:
    await shopper.post("/accounts/me/measures", {"measures": HERS})
    other = await boutique.shopper()
    assert (await other.get("/accounts/me/measures"))["measures"] == {}
    guest = await boutique.guest()
    refused(await guest.http.get("/api/v1/accounts/me/measures"), 401, "sign-in-needed")
    page = await guest.http.get("/account/measures")
    assert page.headers["location"].startswith("/sign-in")


async def test_a_shopper_gives_and_erases_her_measures_on_a_page(shopper: Visitor) -> None:
    answer = await shopper.http.post("/account/measures", data={"height": "172", "chest": "9,6"})
    assert answer.status_code == 400
    assert 'value="9,6"' in answer.text
    assert "Give the chest in centimetres, 30 to 200." in answer.text
    assert "/account/measures/erasure" not in answer.text
    saved = await shopper.http.post("/account/measures", data={"height": "172", "chest": "96,5"})
    assert saved.status_code == 303
    form = (await visit(shopper.http, "/account/measures")).form("/account/measures")
    assert (form.fields["height"], form.fields["chest"]) == ("172", "96.5")
    assert (await shopper.get("/accounts/me/measures"))["measures"] == {
        "height": 172,
        "chest": 96.5,
    }
    gone = await shopper.http.post("/account/measures/erasure")
    assert gone.status_code == 303
    assert (await shopper.get("/accounts/me/measures"))["measures"] == {}


# ----------------------------------------------------------------- advice


async def test_whoever_gave_measures_is_told_which_size_fits_wherever_one_is_chosen(
    shopper: Visitor, shirt: Goods
) -> None:
    await shopper.post("/accounts/me/measures", {"measures": HERS})
    found = await advice(shopper, shirt)
    assert found["variant_id"] == str(shirt.variant_ids[1])
    assert found["because"] == "measures"
    assert found["words"] == "M fits best by your measures: chest."
    assert found["beside"] == [
        "S: 2 cm tight at the chest.",
        "L fits too, with 8 cm more at the chest.",
    ]
    look = await shopper.step(put_on=str(shirt.commodity_id))
    assert look["pieces"][0]["size_advice"] == found
    for address in (
        f"/commodities/{shirt.commodity_id}",
        "/coordination",
        "/coordination/confirmation",
    ):
        assert found["words"] in succeeded(await shopper.http.get(address)).text


async def test_whoever_is_not_known_is_told_what_would_help(
    boutique: OpenBoutique, shirt: Goods
) -> None:
    guest = await boutique.guest()
    found = await advice(guest, shirt)
    assert (found["variant_id"], found["because"]) == (None, "unknown")
    assert found["missing"] == ["chest"]
    assert found["url"] == "/account/measures"
    page = succeeded(await guest.http.get(f"/commodities/{shirt.commodity_id}")).text
    assert 'href="/account/measures"' in page


async def test_where_there_is_no_choice_there_is_no_advice(
    boutique: OpenBoutique, seller: Visitor
) -> None:
    scarf = await registered(seller, "scarf", sizes=[{"size": "One", "pieces": 9}])
    assert await advice(await boutique.guest(), scarf) is None
    guest = await boutique.guest()
    refused(
        await guest.http.get(f"/api/v1/commodities/{uuid4()}/size-advice"),
        404,
        "commodity-not-found",
    )


async def test_what_was_kept_and_returned_counts(
    boutique: OpenBoutique, seller: Visitor, shirt: Goods
) -> None:
    shopper = await boutique.shopper()
    other = await registered(
        seller, sizes=[{"size": "40", "pieces": 5, "measures": {"chest_width": 57.5}}]
    )
    purchase = await bought(shopper, other)
    found = await advice(shopper, shirt)
    assert (found["variant_id"], found["because"]) == (str(shirt.variant_ids[2]), "kept")
    assert found["words"] == "L is closest to what you kept: Plain shirt in 40."
    id_ = purchase["purchase_id"]
    pieces = [{"variant_id": str(other.variant_ids[0]), "quantity": 1}]
    await shopper.post(f"/purchases/{id_}/returns", {"return_id": str(uuid4()), "lines": pieces})
    found = await advice(shopper, shirt)
    assert found["because"] == "unknown"
    await shopper.post("/accounts/me/measures", {"measures": {"chest": 99}})
    assert (
        "You returned Plain shirt in 40, which is as large as L."
        in (await advice(shopper, shirt))["beside"]
    )


async def test_an_owned_piece_needs_no_advice(boutique: OpenBoutique, shirt: Goods) -> None:
    shopper = await boutique.shopper()
    await bought(shopper, shirt)
    look = await shopper.step(put_on=str(shirt.commodity_id))
    [piece] = [x for x in look["pieces"] if x["commodity"]["id"] == str(shirt.commodity_id)]
    assert piece["size_advice"] is None


async def test_advice_is_said_in_the_visitors_language(shopper: Visitor, shirt: Goods) -> None:
    await shopper.post("/accounts/me/measures", {"measures": HERS})
    answer = await shopper.http.get(
        f"/api/v1/commodities/{shirt.commodity_id}/size-advice",
        headers={"Accept-Language": "ja"},
    )
    assert answer.json()["words"] == "あなたの寸法（胸囲）にはMが最も合います。"  # noqa: RUF001


# ---------------------------------------------------------------- pictures


async def test_a_size_larger_is_another_picture_that_the_terminal_draws_too(
    shopper: Visitor, shirt: Goods
) -> None:
    look = await shopper.step(put_on=str(shirt.commodity_id))
    unsized = look["picture_url"].partition("?")[2]
    urls, drawn_sizes = [], []
    for variant_id in shirt.variant_ids:
        look = await shopper.step(size=f"{shirt.commodity_id}:{variant_id}")
        urls.append(look["picture_url"].partition("?")[2])
        listed = await shopper.get(f"/coordinations/{look['id']}/drawing")
        drawn_sizes.append(listed["placements"][0]["size"])
    assert urls[1] == unsized, "the middle size is that of the image"
    assert len(set(urls)) == len(urls)
    assert drawn_sizes == [[0.979, 0.95], [1, 1], [1.021, 1.0741]]
    picture = succeeded(await shopper.http.get(look["picture_url"]))
    assert picture.headers["content-type"] == "image/webp"


async def test_a_look_that_was_bought_keeps_its_picture_when_sizes_are_measured_later(
    boutique: OpenBoutique, seller: Visitor
) -> None:
    shopper = await boutique.shopper()
    goods = await registered(seller)
    purchase = await bought(shopper, goods)
    receipt = f"/purchases/{purchase['purchase_id']}"
    before = (await visit(shopper.http, receipt)).pictures
    sizes = {
        str(id_): {"chest_width": width}
        for id_, width in zip(goods.variant_ids, (58, 54), strict=True)
    }
    await seller.post(f"/commodities/{goods.commodity_id}/measures", {"sizes": sizes})
    await shopper.step(size=f"{goods.commodity_id}:{goods.variant_ids[1]}")
    after = (await visit(shopper.http, receipt)).pictures
    assert after == before
    [picture] = [x for x in after if "recipe=" in x]
    succeeded(await shopper.http.get(picture))


async def test_on_her_own_image_a_size_is_as_large_as_it_is_on_her(
    boutique: OpenBoutique, shirt: Goods, photo: bytes
) -> None:
    shopper = await boutique.shopper()
    image = await uploaded(shopper, photo)
    await shopper.dress_in(shirt)
    await shopper.step(wearer=f"user-image:{image['user_image_id']}")

    async def shown() -> tuple[str, list[float]]:
        look = await shopper.get("/coordinations/current")
        listed = await shopper.get("/coordinations/current/drawing")
        return look["picture_url"], listed["placements"][0]["size"]

    url, size = await shown()
    assert size == [0.979, 0.95]
    await shopper.post("/accounts/me/measures", {"measures": {"chest": 88}})
    hers, fitted = await shown()
    assert fitted == [0.979, 1.0], "S is cut for her"
    assert hers != url
    succeeded(await shopper.http.get(url))  # as it was seen before
    succeeded(await shopper.http.get(hers))
    await shopper.http.delete("/api/v1/accounts/me/measures")
    assert await shown() == (url, size)


async def test_a_screen_reads_her_measures_once(
    boutique: OpenBoutique, shirt: Goods, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    shopper = await boutique.shopper()
    image = await uploaded(shopper, photo)
    await shopper.dress_in(shirt)
    await shopper.step(wearer=f"user-image:{image['user_image_id']}")
    asked, execute = list[str](), AsyncConnection.execute

    async def heard(connection: AsyncConnection, query: str, *rest: Any, **options: Any) -> Any:  # noqa: ANN401 (psycopg's)
        asked.append(query)
        return await execute(connection, query, *rest, **options)

    monkeypatch.setattr(AsyncConnection, "execute", heard)
    for address in ("/coordination", "/api/v1/coordinations/current/drawing"):
        asked.clear()
        succeeded(await shopper.http.get(address))
        assert len([x for x in asked if "FROM body_measures" in x]) == 1, address
