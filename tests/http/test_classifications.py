"""Classifying over HTTP and on pages: read in an image, asked where unsure, said by sellers."""

from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from domain.classification import ASPECTS
from imaging.encoding import from_png, to_png
from tests.http.markup import send, visit
from tests.http.visitors import (
    Goods,
    OpenBoutique,
    Visitor,
    doubtful,
    drawn,
    refused,
    registered,
    registering,
    registration,
    succeeded,
)


def unsaid(**said: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
    """Return a registration that leaves open what the commodity is."""
    words = registration(**said)
    return {name: value for name, value in words.items() if name in said or name not in ASPECTS}


def unclear() -> bytes:
    """Return the image of a piece nobody can tell: a square of two greys."""
    rgba = np.zeros((260, 260, 4), np.uint8)
    rgba[30:230, 30:230] = (120, 118, 121, 255)
    rgba[130:230, 30:230, :3] = 90
    return to_png(rgba)


async def sent(seller: Visitor, words: dict[str, Any], image: bytes) -> dict[str, Any]:
    """Register; return the answer, once everybody can see what was done."""
    answer = succeeded(await registering(seller, words, image))
    await seller.get("/facets", at_least=answer.headers["boutique-position"])
    body: dict[str, Any] = answer.json()
    return body


async def waiting(seller: Visitor) -> tuple[Goods, dict[str, Any]]:
    """Register what nobody can tell; return it with what is asked about it."""
    answer = await sent(seller, unsaid(), unclear())
    assert "type" in answer["doubts"]
    garment = await seller.get(f"/commodities/{answer['commodity_id']}/garment")
    goods = Goods(commodity_id=UUID(answer["commodity_id"]), variant_ids=(), price_minor=4900)
    return goods, garment


# ----------------------------------------------------------------- read


async def test_what_a_seller_leaves_open_is_read_in_the_image(boutique: OpenBoutique) -> None:
    seller = await boutique.seller()
    answer = await sent(seller, unsaid(), drawn("trousers"))
    assert answer["doubts"] == []
    guest = await boutique.guest()
    shown = await guest.get(f"/commodities/{answer['commodity_id']}")
    assert shown["type"] == "trousers"
    assert shown["colours"][0]["name"] == shown["measured_colours"][0]["name"]
    listed = await guest.get("/commodities", type="trousers", design=shown["design"], limit=100)
    assert answer["commodity_id"] in {x["id"] for x in listed["commodities"]}


async def test_a_sellers_word_wins_over_the_image(boutique: OpenBoutique) -> None:
    seller = await boutique.seller()
    words = unsaid(design="graphic", colours=["purple"])
    answer = await sent(seller, words, drawn("trousers"))
    shown = await (await boutique.guest()).get(f"/commodities/{answer['commodity_id']}")
    assert (shown["type"], shown["design"]) == ("trousers", "graphic")
    assert [x["name"] for x in shown["colours"]] == ["purple"]


async def test_landmarks_without_a_type_are_refused(seller: Visitor) -> None:
    words = unsaid(landmarks={"top": [0.1, 0.5]})
    refused(await registering(seller, words, drawn("hat")), 400, "commodity-not-presentable")


# -------------------------------------------------------------- proposed


async def test_an_image_is_classified_without_being_registered(
    boutique: OpenBoutique, seller: Visitor
) -> None:
    head, stored = await boutique.container.log.head(), await boutique.stored()
    answer = await seller.http.post("/api/v1/classifications", files={"image": drawn("skirt")})
    found = succeeded(answer).json()
    assert found["type"] == found["types"][0]["name"] == "skirt"
    confidences = [x["confidence"] for x in found["types"]]
    assert confidences == sorted(confidences, reverse=True)
    assert found["colours"][0]["name"] == found["main_colours"][0]["name"]
    assert 0 < found["measured_colours"][0]["share"] <= 1
    assert await boutique.container.log.head() == head
    assert await boutique.stored() == stored


async def test_images_are_classified_for_sellers_alone(
    boutique: OpenBoutique, shopper: Visitor
) -> None:
    image = {"image": drawn("skirt")}
    answer = await shopper.http.post("/api/v1/classifications", files=image)
    refused(answer, 403, "not-allowed")
    guest = await boutique.guest()
    refused(await guest.http.post("/api/v1/classifications", files=image), 401, "sign-in-needed")


async def test_what_is_no_image_is_not_classified(seller: Visitor) -> None:
    answer = await seller.http.post("/api/v1/classifications", files={"image": b"no image"})
    refused(answer, 400, "not-an-image")
    clear = to_png(np.zeros((90, 90, 4), np.uint8))
    answer = await seller.http.post("/api/v1/classifications", files={"image": clear})
    refused(answer, 400, "no-commodity-found")


# ----------------------------------------------------------------- asked


async def test_what_is_unsure_is_asked_and_offered_once_it_is_answered(
    boutique: OpenBoutique,
) -> None:
    seller = await boutique.seller()
    goods, garment = await waiting(seller)
    address = f"/api/v1/commodities/{goods.commodity_id}"
    asked = {x["about"]: x for x in garment["questions"]}
    assert asked["type"]["words"].startswith("Say what type this is: we think ")
    assert asked["type"]["readings"]
    assert garment["awaits_review"]
    guest = await boutique.guest()
    refused(await guest.http.get(address), 404, "commodity-not-found")
    words = {"type": "bag", "design": "solid", "colours": ["grey"]}
    described = succeeded(await seller.http.post(f"{address}/description", json=words))
    await seller.get("/facets", at_least=described.headers["boutique-position"])
    assert described.json()["is_changed"]
    if described.json()["doubts"]:  # it is found anew how a bag is worn
        approved = succeeded(await seller.http.post(f"{address}/garment/approval"))
        await seller.get("/facets", at_least=approved.headers["boutique-position"])
    shown = await guest.get(f"/commodities/{goods.commodity_id}")
    assert (shown["type"], shown["design"]) == ("bag", "solid")
    assert (await seller.get("/garments", awaits_review=True))["waiting"] == 0
    landmarks = (await seller.get(f"/commodities/{goods.commodity_id}/garment"))["landmarks"]
    assert set(landmarks) <= {"handle", "base", "side_left", "side_right"}
    again = succeeded(await seller.http.post(f"{address}/description", json=words))
    assert not again.json()["is_changed"]


async def test_a_type_the_image_contradicts_is_asked_about_and_never_changed(
    boutique: OpenBoutique,
) -> None:
    seller = await boutique.seller()
    answer = await sent(seller, registration("glasses"), drawn("trousers"))
    assert answer["doubts"] == ["type"]
    garment = await seller.get(f"/commodities/{answer['commodity_id']}/garment")
    assert garment["type"] == "glasses"
    [question] = garment["questions"]
    assert question["words"] == "You said glasses; it looks like trousers."
    address = f"/api/v1/commodities/{answer['commodity_id']}/description"
    described = succeeded(await seller.http.post(address, json={"type": "glasses"}))
    assert described.json()["doubts"] == []


async def test_how_it_is_worn_is_asked_apart_from_what_it_is(boutique: OpenBoutique) -> None:
    seller = await boutique.seller()
    goods = await doubtful(seller)
    garment = await seller.get(f"/commodities/{goods.commodity_id}/garment")
    assert garment["questions"] == []
    assert not {x["name"] for x in garment["doubts"]} & set(ASPECTS)


@pytest.mark.parametrize(
    ("words", "status", "name"),
    [
        ({"type": "toga"}, 400, "commodity-not-presentable"),
        ({"type": "skirt"}, 409, "type-settled"),
        ({"colours": []}, 422, "invalid-request"),
    ],
)
async def test_what_an_offered_commodity_cannot_be_is_refused(
    seller: Visitor, words: dict[str, Any], status: int, name: str
) -> None:
    goods = await registered(seller, "trousers")
    address = f"/api/v1/commodities/{goods.commodity_id}/description"
    refused(await seller.http.post(address, json=words), status, name)


async def test_somebody_elses_commodity_is_not_described(boutique: OpenBoutique) -> None:
    goods = await registered(await boutique.seller())
    other = await boutique.seller("Atelier Sud")
    for id_ in (goods.commodity_id, uuid4()):
        address = f"/api/v1/commodities/{id_}/description"
        refused(
            await other.http.post(address, json={"design": "solid"}), 404, "commodity-not-found"
        )


# ----------------------------------------------------------------- pages


async def test_a_seller_without_script_is_asked_and_answers(boutique: OpenBoutique) -> None:
    seller = await boutique.seller()
    goods, _ = await waiting(seller)
    editor = f"/seller/commodities/{goods.commodity_id}/description"
    console = await visit(seller.http, "/seller")
    assert "Say what type this is: we think " in console.text
    assert editor in console.links
    page = await visit(seller.http, editor)
    assert "Say what type this is: we think " in page.text
    form = page.form(editor)
    form.fields |= {"type": "glasses", "design": "solid", "colours": "grey"}
    after = await send(seller.http, form)
    assert "Shoppers find it as what you say it is." in after.text
    shown = await seller.get(f"/commodities/{goods.commodity_id}")
    assert (shown["type"], shown["is_offered"]) == ("glasses", True)


async def test_without_any_colour_the_page_says_what_to_do(seller: Visitor) -> None:
    goods = await registered(seller, "trousers")
    editor = f"/seller/commodities/{goods.commodity_id}/description"
    answer = await seller.http.post(editor, data={"design": "solid"})
    assert answer.status_code == 400
    assert "Choose 1 to 3 colours." in answer.text


def test_what_is_unclear_is_a_picture() -> None:
    assert from_png(unclear()).shape == (260, 260, 4)
