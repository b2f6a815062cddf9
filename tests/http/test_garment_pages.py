"""The review list and the editor of garments without JavaScript: numbers, buttons, links."""

from tests.http.markup import Form, send, visit
from tests.http.visitors import (
    Goods,
    OpenBoutique,
    Visitor,
    doubtful,
    registered,
    succeeded,
)


def editor(goods: Goods) -> str:
    return f"/seller/commodities/{goods.commodity_id}/garment"


async def form_of(seller: Visitor, goods: Goods) -> Form:
    return (await visit(seller.http, editor(goods))).form(editor(goods))


async def test_what_waits_is_listed_on_the_console_with_what_is_doubtful(
    boutique: OpenBoutique,
) -> None:
    seller = await boutique.seller()
    assert "waiting for your look" not in (await visit(seller.http, "/seller")).text
    goods = await doubtful(seller)
    console = await visit(seller.http, "/seller")
    assert "1 waiting for your look" in console.text
    assert "both hems" in console.text
    assert editor(goods) in console.links
    assert f"/commodities/{goods.commodity_id}" not in console.links  # nobody could open it
    page = await visit(seller.http, editor(goods))
    assert "not sure about" in page.text


async def test_what_is_right_is_approved_with_a_button(boutique: OpenBoutique) -> None:
    seller, shopper = await boutique.seller(), await boutique.shopper()
    goods = await doubtful(seller)
    page = await visit(seller.http, editor(goods))
    console = await send(seller.http, page.form(f"{editor(goods)}/approval"))
    assert "It is on offer now." in console.text
    assert "waiting for your look" not in console.text
    await visit(shopper.http, f"/commodities/{goods.commodity_id}")
    settled = await visit(seller.http, editor(goods))
    assert [x.action for x in settled.forms if x.action.endswith("/approval")] == []


async def test_landmarks_are_corrected_in_numbers_and_stand_there_afterwards(
    boutique: OpenBoutique,
) -> None:
    seller = await boutique.seller()
    goods = await doubtful(seller)
    form = await form_of(seller, goods)
    assert set(form.fields) == {
        f"{axis}.{name}"
        for axis in ("row", "col")
        for name in (
            *("waist_left", "waist_right", "waist_centre", "hip_left", "hip_right"),
            *("hem_left", "hem_right", "hem_centre"),
        )
    }
    form.fields |= {"row.hem_left": "90", "col.hem_left": "12.5"}
    console = await send(seller.http, form)
    assert "Saved." in console.text
    garment = await seller.get(f"/commodities/{goods.commodity_id}/garment")
    assert garment["landmarks"]["hem_left"] == [0.9, 0.125]
    again = await form_of(seller, goods)
    assert (again.fields["row.hem_left"], again.fields["col.hem_left"]) == ("90.000", "12.500")


async def test_given_nothing_is_changed_when_saved_then_the_console_says_so(
    seller: Visitor, boutique: OpenBoutique
) -> None:
    goods = await registered(seller, "trousers")
    head = await boutique.container.log.head()
    console = await send(seller.http, await form_of(seller, goods))
    assert "Nothing was changed." in console.text
    assert await boutique.container.log.head() == head


async def test_what_cannot_be_worn_is_explained_beside_what_was_typed(
    seller: Visitor, boutique: OpenBoutique
) -> None:
    goods = await registered(seller, "skirt")
    head = await boutique.container.log.head()
    for typed, saying in (
        ({"row.hem_left": "low"}, "two numbers"),
        ({"row.hem_left": "nan"}, "0 to 1"),
        ({"row.hem_left": "101"}, "0 to 1"),
        ({"row.hem_left": "", "col.hem_left": ""}, "left hem"),
        ({"row.hem_left": "90", "col.hem_left": ""}, "left hem"),
        ({"col.hem_left": "99"}, "left of the right hem"),
    ):
        form = await form_of(seller, goods)
        form.fields |= typed
        page = await send(seller.http, form)
        assert page.answer.status_code == 400
        [alert] = page.alerts
        assert saying in alert
        kept = page.form(editor(goods)).fields
        assert {name: kept[name] for name in typed} == typed  # nothing that was typed is lost
    assert await boutique.container.log.head() == head


async def test_three_mannequins_wear_it_on_the_page(seller: Visitor) -> None:
    goods = await registered(seller, "skirt")
    page = await visit(seller.http, editor(goods))
    worn = [x for x in page.pictures if "/mannequins/" in x]
    assert len(worn) == 3
    pictures = [succeeded(await seller.http.get(address)) for address in worn]
    assert {x.headers["content-type"] for x in pictures} == {"image/webp"}
    assert len({x.content for x in pictures}) == 3


async def test_the_editor_is_there_for_its_seller_alone(
    boutique: OpenBoutique, seller: Visitor, shopper: Visitor
) -> None:
    goods = await registered(seller, "skirt")
    other = await boutique.seller("Atelier Sud")
    form = await form_of(seller, goods)
    for visitor, status in ((other, 404), (shopper, 403)):
        assert (await visitor.http.get(editor(goods))).status_code == status
        for path in ("", "/approval"):
            answer = await visitor.http.post(editor(goods) + path, data=form.fields)
            assert answer.status_code == status
        mannequin = await visitor.http.get(f"{editor(goods)}/mannequins/ada")
        assert mannequin.status_code == status
    guest = await boutique.guest()
    answer = await guest.http.get(editor(goods))
    assert answer.headers["location"] == f"/sign-in?next={editor(goods)}"
