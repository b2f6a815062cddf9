"""The columns of the coordination screen show what the shop offers, or what she owns."""

import pytest

from tests.http.markup import send, visit
from tests.http.visitors import Goods, OpenBoutique, Visitor, registered

COLUMNS = "/coordination?left=shirt&right=skirt"


@pytest.fixture(scope="module")
async def goods(seller: Visitor) -> dict[str, Goods]:
    found = {type_: await registered(seller, type_) for type_ in ("shirt", "skirt")}
    return {**found, "another shirt": await registered(seller, "shirt", name="Other shirt")}


@pytest.fixture
async def owner(shopper: Visitor, goods: dict[str, Goods]) -> Visitor:
    """Somebody who bought a shirt."""
    await shopper.post("/purchases", await shopper.confirm(goods["shirt"]))
    await shopper.step(clear=True)
    return shopper


async def test_what_is_hers_is_worn_beside_what_is_new(
    owner: Visitor, goods: dict[str, Goods]
) -> None:
    shop = await visit(owner.http, COLUMNS)
    shirt, other = (str(goods[name].commodity_id) for name in ("shirt", "another shirt"))
    skirt = str(goods["skirt"].commodity_id)
    assert {shirt, other, skirt} <= set(shop.forms_with("put_on"))

    (address,) = {link for link in shop.links if link == f"{COLUMNS}&yours=left"}
    yours = await visit(owner.http, address)
    assert set(yours.forms_with("put_on")) >= {shirt, skirt}
    assert other not in yours.forms_with("put_on")

    dressed = await send(owner.http, yours.pressable("put_on", shirt), put_on=shirt)
    assert str(dressed.answer.url).endswith("&yours=left")  # the column stays as it was chosen
    await send(owner.http, dressed.pressable("put_on", skirt), put_on=skirt)
    look = await owner.get("/coordinations/current")
    assert [piece["is_owned"] for piece in look["pieces"]] == [True, False]
    assert look["total"]["minor"] == goods["skirt"].price_minor


async def test_a_type_she_owns_nothing_of_says_so_and_columns_trade_places_with_types(
    owner: Visitor,
) -> None:
    both = await visit(owner.http, f"{COLUMNS}&yours=both")
    assert "Nothing of this type is yours yet." in both.text
    assert f"{COLUMNS}&yours=right" in both.links  # the left one shows the shop again
    assert "/coordination?left=skirt&right=shirt&yours=both" in both.links


async def test_who_owns_nothing_has_nothing_to_choose(
    boutique: OpenBoutique, shopper: Visitor
) -> None:
    for visitor in (shopper, await boutique.guest()):
        page = await visit(visitor.http, COLUMNS)
        assert not any("yours=" in link for link in page.links)
        hers = await visit(visitor.http, f"{COLUMNS}&yours=left")
        assert "Nothing of this type is yours yet." in hers.text
