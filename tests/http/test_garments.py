"""Garments over HTTP: what waits for its seller's look, how she corrects it, who sees it."""

import json
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from httpx2 import Response
from numpy.typing import NDArray
from PIL import Image

from imaging.encoding import from_png, to_png
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
    torn,
)

WHITE = 255
ONE_HEIGHT = 0.08  # by which a landmark is moved: enough to be seen on every mannequin


def on_paper(type_: str) -> bytes:
    """Return the image of a commodity on a white ground."""
    rgba = from_png(drawn(type_))
    alpha = rgba[..., 3:] / 255
    return to_png(np.rint(rgba[..., :3] * alpha + WHITE * (1 - alpha)).astype(np.uint8))


async def garment_of(seller: Visitor, goods: Goods) -> Any:  # noqa: ANN401 (JSON)
    return await seller.get(f"/commodities/{goods.commodity_id}/garment")


async def sent(  # noqa: PLR0913 (what tests vary)
    seller: Visitor,
    goods: Goods,
    landmarks: Any,  # noqa: ANN401 (JSON, or what is none)
    *,
    outline: bytes | None = None,
    to: str = "corrections",
    key: str | None = None,
) -> Response:
    """Send a garment; return whatever the answer is, once everybody can see what was done."""
    text = landmarks if isinstance(landmarks, str) else json.dumps(landmarks)
    answer = await seller.http.post(
        f"/api/v1/commodities/{goods.commodity_id}/garment/{to}",
        data={"landmarks": text},
        files={} if outline is None else {"outline": ("outline.png", outline, "image/png")},
        headers={} if key is None else {"Idempotency-Key": key},
    )
    if "boutique-position" in answer.headers:
        await seller.get("/facets", at_least=answer.headers["boutique-position"])
    return answer


async def cutout_of(seller: Visitor, goods: Goods) -> NDArray[np.uint8]:
    address = f"/api/v1/commodities/{goods.commodity_id}/garment/cutout"
    return from_png(succeeded(await seller.http.get(address)).content)


def lowered(landmarks: dict[str, Any]) -> dict[str, Any]:
    """Return a skirt's landmarks as if its waistband began further down."""
    return {
        name: [row + ONE_HEIGHT if name.startswith("waist") else row, col]
        for name, (row, col) in landmarks.items()
    }


def erased(cutout: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a cut-out of which the lower third was brushed away."""
    result = cutout.copy()
    result[len(result) * 2 // 3 :, :, 3] = 0
    return result


# ------------------------------------------------------- the review list


async def test_what_was_hardly_found_waits_and_its_seller_reads_why(
    boutique: OpenBoutique,
) -> None:
    seller = await boutique.seller()
    sure, waiting = await registered(seller, "skirt"), await doubtful(seller)
    listed = await seller.get("/garments", awaits_review=True)
    assert listed["waiting"] == 1
    [garment] = listed["garments"]
    assert garment["commodity_id"] == str(waiting.commodity_id)
    assert garment["awaits_review"]
    assert {"name": "hem_left", "words": "the left hem"} in garment["doubts"]
    everything = await seller.get("/garments")
    assert [x["commodity_id"] for x in everything["garments"]] == [
        str(waiting.commodity_id),
        str(sure.commodity_id),
    ]
    assert everything["garments"][1]["doubts"] == []


async def test_what_the_seller_brought_is_not_doubted(boutique: OpenBoutique) -> None:
    seller = await boutique.seller()
    landmarks = (await garment_of(seller, await doubtful(seller)))["landmarks"]
    said = registration("skirt", landmarks=landmarks)
    answer = succeeded(await registering(seller, said, torn("skirt")))
    assert not answer.json()["awaits_review"]
    del said["landmarks"]["hem_left"]  # the program finds this one, and is not sure
    answer = succeeded(await registering(seller, said, torn("skirt")))
    assert answer.json()["awaits_review"]


async def test_what_waits_is_not_offered_but_its_seller_may_stock_it(
    boutique: OpenBoutique,
) -> None:
    seller, shopper = await boutique.seller(), await boutique.shopper()
    goods = await doubtful(seller)
    address = f"/api/v1/commodities/{goods.commodity_id}"
    refused(await shopper.http.get(address), 404, "commodity-not-found")
    assert (await shopper.http.get(f"/commodities/{goods.commodity_id}")).status_code == 404
    other = await boutique.seller("Atelier Sud")
    refused(await other.http.get(address), 404, "commodity-not-found")
    listed = await shopper.get("/commodities", type="skirt", limit=100)
    assert str(goods.commodity_id) not in {x["id"] for x in listed["commodities"]}
    step = {"put_on": str(goods.commodity_id)}
    tried = await shopper.http.post("/api/v1/coordinations/current/steps", json=step)
    refused(tried, 404, "commodity-not-found")
    stocked = await seller.http.post(
        f"{address}/variants/{goods.variant_ids[0]}/stock", json={"pieces": 7}
    )
    succeeded(stocked)
    assert (
        await seller.get(
            f"/commodities/{goods.commodity_id}", at_least=stocked.headers["boutique-position"]
        )
    )["variants"][0]["left"] == 5 + 7


async def test_given_it_waits_when_approved_then_it_is_on_offer_once(
    boutique: OpenBoutique,
) -> None:
    seller, shopper = await boutique.seller(), await boutique.shopper()
    goods = await doubtful(seller)
    address = f"/commodities/{goods.commodity_id}/garment/approval"
    assert (await seller.post(address, None))["is_changed"]
    assert not (await garment_of(seller, goods))["awaits_review"]
    await shopper.step(put_on=str(goods.commodity_id))
    assert (await seller.get("/garments", awaits_review=True))["waiting"] == 0
    head = await boutique.container.log.head()
    assert not (await seller.post(address, None))["is_changed"]
    assert await boutique.container.log.head() == head


async def test_given_it_waits_when_corrected_then_it_is_on_offer(boutique: OpenBoutique) -> None:
    seller, shopper = await boutique.seller(), await boutique.shopper()
    goods = await doubtful(seller)
    landmarks = (await garment_of(seller, goods))["landmarks"]
    answer = succeeded(await sent(seller, goods, lowered(landmarks)))
    assert (answer.status_code, answer.json()["is_changed"]) == (201, True)
    await shopper.step(put_on=str(goods.commodity_id))
    feed = await seller.get("/events", limit=1000)
    assert feed[-1]["type"] == "garment-corrected"


# ------------------------------------------------------------ correcting


async def test_a_corrected_landmark_changes_new_looks_and_their_address(
    seller: Visitor, shopper: Visitor
) -> None:
    goods = await registered(seller, "skirt")
    before = await shopper.step(put_on=str(goods.commodity_id))
    old = succeeded(await shopper.http.get(before["picture_url"])).content
    landmarks = (await garment_of(seller, goods))["landmarks"]
    succeeded(await sent(seller, goods, lowered(landmarks)))
    after = await shopper.get("/coordinations/current")
    assert after["picture_url"] != before["picture_url"]
    assert succeeded(await shopper.http.get(after["picture_url"])).content != old
    # Whoever has the old address still sees the old picture.
    assert succeeded(await shopper.http.get(before["picture_url"])).content == old


async def test_a_receipt_shows_the_garment_that_was_bought(
    seller: Visitor, shopper: Visitor
) -> None:
    goods = await registered(seller, "skirt")
    order = await shopper.confirm(goods)
    await shopper.post("/purchases", order)
    receipt = f"/purchases/{order['purchase_id']}"
    before = succeeded(await shopper.http.get(receipt)).text
    landmarks = (await garment_of(seller, goods))["landmarks"]
    succeeded(await sent(seller, goods, lowered(landmarks)))
    after = succeeded(await shopper.http.get(receipt)).text
    [address] = {part.split('"')[0] for part in before.split('src="') if "recipe=" in part}
    assert address in after
    now = await shopper.get("/coordinations/current")
    assert now["picture_url"] != address.replace("&amp;", "&")
    succeeded(await shopper.http.get(address.replace("&amp;", "&")))


async def test_an_erased_part_is_gone_and_comes_back_with_the_colours_of_the_photo(
    boutique: OpenBoutique,
) -> None:
    seller = await boutique.seller()
    answer = succeeded(await registering(seller, registration("skirt"), on_paper("skirt")))
    position = answer.headers["boutique-position"]
    await seller.get("/facets", at_least=position)
    goods = Goods(
        commodity_id=UUID(answer.json()["commodity_id"]), variant_ids=(), price_minor=4900
    )
    landmarks = (await garment_of(seller, goods))["landmarks"]
    whole = await cutout_of(seller, goods)
    succeeded(await sent(seller, goods, landmarks, outline=to_png(erased(whole))))
    less = await cutout_of(seller, goods)
    assert (less[len(less) * 2 // 3 :, :, 3] == 0).all()
    everywhere = whole.copy()
    everywhere[..., 3] = 255
    succeeded(await sent(seller, goods, landmarks, outline=to_png(everywhere[..., :3])))
    more = await cutout_of(seller, goods)
    assert (more[..., 3] == 255).all()
    corner = more[:5, :5, :3].astype(int)
    assert np.abs(corner - WHITE).max() <= 3  # the paper of the photo, which is kept as WebP
    kept = whole[..., 3] > 8
    kept[len(less) * 2 // 3 :] = False
    assert (more[kept][:, :3] == whole[kept][:, :3]).all()


async def test_what_a_brush_brings_back_is_shown_beforehand(
    seller: Visitor,
) -> None:
    goods = await registered(seller, "skirt")
    address = f"/api/v1/commodities/{goods.commodity_id}/garment/ground"
    answer = succeeded(await seller.http.get(address))
    assert answer.headers["content-type"] == "image/webp"
    with Image.open(BytesIO(answer.content)) as ground:
        assert ground.mode == "RGB"
        assert ground.size == (await cutout_of(seller, goods)).shape[1::-1]


async def test_a_preview_shows_the_change_and_records_nothing(
    boutique: OpenBoutique, seller: Visitor
) -> None:
    goods = await registered(seller, "skirt")
    garment = await garment_of(seller, goods)
    cutout = await cutout_of(seller, goods)
    head, stored = await boutique.container.log.head(), await boutique.stored()
    pictures = set[bytes]()
    for slug in boutique.imaging.mannequins:
        for landmarks, outline in (
            (garment["landmarks"], None),
            (lowered(garment["landmarks"]), None),
            (garment["landmarks"], to_png(erased(cutout))),
        ):
            answer = await sent(seller, goods, landmarks, outline=outline, to=f"previews/{slug}")
            assert succeeded(answer).headers["content-type"] == "image/webp"
            assert answer.headers["cache-control"] == "private, no-store"
            pictures.add(answer.content)
    assert len(pictures) == 3 * len(boutique.imaging.mannequins)
    for content in pictures:
        with Image.open(BytesIO(content)) as picture:
            assert picture.size == (375, 768)
    assert await boutique.container.log.head() == head
    assert await boutique.stored() == stored


async def test_given_nothing_changed_when_saved_then_nothing_is_recorded(
    boutique: OpenBoutique, seller: Visitor
) -> None:
    goods = await registered(seller, "skirt")
    landmarks = (await garment_of(seller, goods))["landmarks"]
    head = await boutique.container.log.head()
    answer = succeeded(await sent(seller, goods, landmarks))
    assert not answer.json()["is_changed"]
    assert await boutique.container.log.head() == head


async def test_a_correction_that_is_sent_twice_is_made_once(
    boutique: OpenBoutique, seller: Visitor
) -> None:
    goods = await registered(seller, "skirt")
    landmarks = lowered((await garment_of(seller, goods))["landmarks"])
    key = str(uuid4())
    first = succeeded(await sent(seller, goods, landmarks, key=key))
    head = await boutique.container.log.head()
    again = succeeded(await sent(seller, goods, landmarks, key=key))
    assert again.headers["idempotent-replayed"] == "true"
    assert (again.json(), again.status_code) == (first.json(), first.status_code)
    assert await boutique.container.log.head() == head
    other = await sent(seller, goods, lowered(landmarks), key=key)
    refused(other, 422, "idempotency-key-reused")


# -------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/cutout"),
        ("GET", "/ground"),
        ("POST", "/previews/ada"),
        ("POST", "/corrections"),
        ("POST", "/approval"),
    ],
)
async def test_a_garment_is_there_for_its_seller_alone(
    boutique: OpenBoutique, seller: Visitor, shopper: Visitor, method: str, path: str
) -> None:
    goods = await registered(seller, "skirt")
    other, guest = await boutique.seller("Atelier Sud"), await boutique.guest()
    head = await boutique.container.log.head()
    address = f"/api/v1/commodities/{goods.commodity_id}/garment{path}"
    body = {"landmarks": json.dumps((await garment_of(seller, goods))["landmarks"])}
    for visitor, status, name in (
        (other, 404, "commodity-not-found"),
        (shopper, 403, "not-allowed"),
        (guest, 401, "sign-in-needed"),
    ):
        data = body if method == "POST" else None
        refused(await visitor.http.request(method, address, data=data), status, name)
    unknown = address.replace(str(goods.commodity_id), str(uuid4()))
    data = body if method == "POST" else None
    answer = await seller.http.request(method, unknown, data=data)
    refused(answer, 404, "commodity-not-found")
    assert await boutique.container.log.head() == head


@pytest.mark.parametrize("to", ["corrections", "previews/ada"])
@pytest.mark.parametrize(
    "landmarks",
    [
        "no JSON",
        "[" * 5000,
        "[]",
        '{"hem_left": [NaN, 0.5]}',
        '{"hem_left": [0.5]}',
        '{"hem_left": [2, 0.5]}',
        '{"two words": [0.5, 0.5]}',
        json.dumps({f"a{'b' * n}": [0, 0] for n in range(41)}),
    ],
    ids=lambda text: text[:20],
)
async def test_landmarks_that_are_none_are_refused(
    seller: Visitor, to: str, landmarks: str
) -> None:
    goods = await registered(seller, "skirt")
    refused(await sent(seller, goods, landmarks, to=to), 422, "invalid-request")


async def test_landmarks_that_cannot_be_worn_are_refused(
    seller: Visitor, boutique: OpenBoutique
) -> None:
    goods = await registered(seller, "skirt")
    landmarks = (await garment_of(seller, goods))["landmarks"]
    head, stored = await boutique.container.log.head(), await boutique.stored()
    for unwearable in (
        {},
        {**landmarks, "knot": [0.5, 0.5]},
        {**landmarks, "hip_left": landmarks["hip_right"]},
    ):
        answer = await sent(seller, goods, unwearable)
        refused(answer, 400, "garment-not-wearable")
    assert await boutique.container.log.head() == head
    assert await boutique.stored() == stored


@pytest.mark.parametrize("to", ["corrections", "previews/ada"])
async def test_an_outline_that_does_not_fit_is_refused(
    seller: Visitor, boutique: OpenBoutique, to: str
) -> None:
    goods = await registered(seller, "skirt")
    landmarks = (await garment_of(seller, goods))["landmarks"]
    cutout = await cutout_of(seller, goods)
    nothing = cutout.copy()
    nothing[..., 3] = 0
    head, stored = await boutique.container.log.head(), await boutique.stored()
    for outline, name in (
        (to_png(cutout[1:]), "mask-does-not-fit"),
        (to_png(nothing), "nothing-left"),
        (b"no picture at all", "not-an-image"),
        (to_png(cutout)[:200], "truncated"),
    ):
        answer = await sent(seller, goods, landmarks, outline=outline, to=to)
        refused(answer, 400, name)
    assert await boutique.container.log.head() == head
    assert await boutique.stored() == stored


async def test_a_mannequin_nobody_knows_wears_nothing(
    seller: Visitor,
) -> None:
    goods = await registered(seller, "skirt")
    landmarks = (await garment_of(seller, goods))["landmarks"]
    answer = await sent(seller, goods, landmarks, to="previews/nobody")
    refused(answer, 404, "user-image-not-found")
