"""Whatever somebody sends: the answer says what to do, and nothing else has happened."""

import struct
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from httpx2 import Response
from PIL import Image

from imaging.encoding import to_jpeg
from tests.http.visitors import (
    EMPTY_CARD,
    PASSWORD,
    Goods,
    OpenBoutique,
    Visitor,
    drawn,
    fresh_email,
    order,
    refused,
    registered,
    registering,
    registration,
    uploaded,
    uploading,
)

MEGABYTE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Who is there, and what there is, before somebody sends nonsense."""

    boutique: OpenBoutique
    guest: Visitor
    shopper: Visitor
    seller: Visitor
    stranger: Visitor
    bare: Visitor  # has taken everything off again
    newcomer: Visitor  # has never put anything on
    shirt: Goods
    gone: Goods  # sold out
    confirmed: dict[str, Any]  # an order of the shopper that could be carried out
    sold_out: dict[str, Any]  # one of the stranger that cannot
    photo: bytes
    picture: str  # address of an image of the stranger


@pytest.fixture(scope="module")
async def scene(boutique: OpenBoutique, seller: Visitor, photo: bytes) -> Scene:
    shopper, stranger = await boutique.shopper(), await boutique.shopper()
    gone = await registered(seller, "hat", sizes=[{"size": "M", "pieces": 0}])
    shirt = await registered(seller)
    image = await uploaded(stranger, photo)
    bare = await boutique.shopper()
    await bare.dress_in(shirt)
    await bare.step(clear=True)
    return Scene(
        boutique=boutique,
        guest=await boutique.guest(),
        shopper=shopper,
        seller=seller,
        stranger=stranger,
        bare=bare,
        newcomer=await boutique.shopper(),
        shirt=shirt,
        gone=gone,
        confirmed=await shopper.confirm(shirt),
        sold_out=await stranger.confirm(gone),
        photo=photo,
        picture=f"/api/v1/user-images/{image['user_image_id']}",
    )


# ------------------------------------------------------------- pictures


def _huge_png() -> bytes:
    """Return 20,000 x 20,000 white pixels in a few hundred kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    side = 20_000
    rows = zlib.compress(bytes(side * (side // 8 + 1)), 1)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def _animation() -> bytes:
    frames = [Image.new("RGB", (300, 400), colour) for colour in ("red", "blue")]
    moving = BytesIO()
    frames[0].save(moving, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    return moving.getvalue()


def _blank() -> bytes:
    """Return a commodity image that shows its background only."""
    blank = BytesIO()
    Image.new("RGB", (300, 300), "white").save(blank, "PNG")
    return blank.getvalue()


def _empty_room() -> bytes:
    """Return a photograph of a wall: smooth shades, and nobody there."""
    rows = np.linspace(90, 180, 800, dtype=np.float32)[:, None, None]
    shades = np.broadcast_to(rows, (800, 600, 3)) + np.array([0, 6, 12], np.float32)
    return to_jpeg(np.ascontiguousarray(shades.astype(np.uint8)), quality=85)


# ------------------------------------------------------------ sendings

Sending = Callable[[Scene], Awaitable[Response]]


def _photo(data: bytes | Callable[[Scene], bytes]) -> Sending:
    async def send(scene: Scene) -> Response:
        return await uploading(scene.shopper, data if isinstance(data, bytes) else data(scene))

    return send


def _commodity(image: bytes) -> Sending:
    async def send(scene: Scene) -> Response:
        return await registering(scene.seller, registration(), image)

    return send


def _said(**differently: Any) -> Sending:  # noqa: ANN401 (JSON)
    async def send(scene: Scene) -> Response:
        return await registering(scene.seller, registration(**differently), drawn("shirt"))

    return send


def _step(**step: object) -> Sending:
    async def send(scene: Scene) -> Response:
        return await scene.shopper.http.post("/api/v1/coordinations/current/steps", json=step)

    return send


def _account(path: str, email: str | None, password: str) -> Sending:
    async def send(scene: Scene) -> Response:
        body = {"email": scene.shopper.email if email is None else email, "password": password}
        return await scene.guest.http.post(f"/api/v1/{path}", json=body)

    return send


def _bought(**differently: object) -> Sending:
    async def send(scene: Scene) -> Response:
        return await scene.shopper.http.post(
            "/api/v1/purchases", json=scene.confirmed | differently
        )

    return send


async def _text_named_png(scene: Scene) -> Response:
    return await uploading(scene.shopper, b"Dear boutique,\n" * 40, named="me.png")


async def _sold_out(scene: Scene) -> Response:
    return await scene.stranger.http.post("/api/v1/purchases", json=scene.sold_out)


async def _strangers_picture(scene: Scene) -> Response:
    return await scene.shopper.http.get(f"{scene.picture}/picture")


async def _strangers_image_erased(scene: Scene) -> Response:
    return await scene.shopper.http.delete(scene.picture)


async def _strangers_image_replaced(scene: Scene) -> Response:
    return await scene.shopper.http.put(f"{scene.picture}/photo", files={"photo": scene.photo})


async def _unknown_size_worn(scene: Scene) -> Response:
    return await _step(size=f"{scene.shirt.commodity_id}:{uuid4()}")(scene)


async def _size_of_what_is_not_worn(scene: Scene) -> Response:
    return await _step(size=f"{scene.gone.commodity_id}:{scene.gone.variant_ids[0]}")(scene)


async def _unknown_size_bought(scene: Scene) -> Response:
    piece = scene.confirmed["pieces"][0] | {"variant_id": str(uuid4())}
    return await _bought(pieces=[piece])(scene)


async def _malformed_json(scene: Scene) -> Response:
    return await scene.shopper.http.post(
        "/api/v1/coordinations/current/steps",
        content=b'{"undo": tru',
        headers={"Content-Type": "application/json"},
    )


async def _malformed_registration(scene: Scene) -> Response:
    return await registering(scene.seller, "{'name': 1", drawn("shirt"))


async def _broken_multipart(scene: Scene) -> Response:
    return await scene.shopper.http.post(
        "/api/v1/user-images",
        content=b"--x\r\nContent-Disposition: form-data; name=photo\r\n\r\nhalf of it",
        headers={"Content-Type": "multipart/form-data; boundary=y"},
    )


async def _multipart_without_boundary(scene: Scene) -> Response:
    return await scene.shopper.http.post(
        "/api/v1/user-images", content=b"x", headers={"Content-Type": "multipart/form-data"}
    )


async def _missing_file(scene: Scene) -> Response:
    return await scene.shopper.http.post("/api/v1/user-images", data={"name": "Me"})


async def _file_as_text(scene: Scene) -> Response:
    return await scene.shopper.http.post("/api/v1/user-images", data={"photo": "me.jpg"})


async def _malformed_id(scene: Scene) -> Response:
    return await scene.shopper.http.get("/api/v1/user-images/42/picture")


async def _empty_look_confirmed(scene: Scene) -> Response:
    return await scene.bare.http.post("/api/v1/coordinations/current/confirmation")


async def _no_look_confirmed(scene: Scene) -> Response:
    return await scene.newcomer.http.post("/api/v1/coordinations/current/confirmation")


async def _unknown_address(scene: Scene) -> Response:
    return await scene.guest.http.get("/api/v1/orders")


async def _wrong_method(scene: Scene) -> Response:
    return await scene.guest.http.delete("/api/v1/commodities")


async def _too_many_bytes_at_once(scene: Scene) -> Response:
    return await uploading(scene.shopper, bytes(34 * 2**20))


async def _too_many_bytes_of_json(scene: Scene) -> Response:
    return await scene.guest.http.post(
        "/api/v1/accounts",
        content=b" " * (34 * 2**20),
        headers={"Content-Type": "application/json"},
    )


NOBODY = "nobody-at-all@example.com"

BAD_INPUTS: dict[str, tuple[Sending, int, str]] = {
    "not an image": (_photo(b"GIF? No." * 100), 400, "not-an-image"),
    "0 bytes": (_photo(b""), 400, "empty-file"),
    "30 MB": (_photo(b"\xff\xd8\xff" + bytes(30 * MEGABYTE)), 413, "too-many-bytes"),
    "more than any request": (_too_many_bytes_at_once, 413, "too-many-bytes"),
    "more JSON than any request": (_too_many_bytes_of_json, 413, "too-many-bytes"),
    "truncated": (_photo(lambda scene: scene.photo[: len(scene.photo) // 2]), 400, "truncated"),
    "too many pixels": (_photo(lambda _: _huge_png()), 400, "too-many-pixels"),
    "animated": (_photo(lambda _: _animation()), 400, "animated"),
    "nobody there": (_photo(lambda _: _empty_room()), 400, "no-person-found"),
    "text named .png": (_text_named_png, 400, "not-an-image"),
    "missing file": (_missing_file, 422, "invalid-request"),
    "file as text": (_file_as_text, 422, "invalid-request"),
    "broken multipart": (_broken_multipart, 400, "bad-request"),
    "multipart without boundary": (_multipart_without_boundary, 400, "bad-request"),
    "no commodity image": (_commodity(b"x" * 100), 400, "not-an-image"),
    "empty commodity image": (_commodity(b""), 400, "empty-file"),
    "nothing in the image": (_commodity(_blank()), 400, "no-commodity-found"),
    "wrong type": (_said(type="spaceship"), 400, "commodity-not-presentable"),
    "wrong design": (_said(design="loud"), 400, "commodity-not-presentable"),
    "wrong colour": (_said(colours=["infrared"]), 400, "commodity-not-presentable"),
    "price 0": (_said(price_minor=0), 422, "invalid-request"),
    "malformed registration": (_malformed_registration, 422, "invalid-request"),
    "unknown commodity": (_step(put_on=str(uuid4())), 404, "commodity-not-found"),
    "unknown size": (_unknown_size_worn, 404, "variant-not-found"),
    "size of nothing": (_step(size="M"), 422, "invalid-request"),
    "malformed size": (_step(size=f"{UUID(int=0)}:L"), 422, "invalid-request"),
    "size of what is not worn": (_size_of_what_is_not_worn, 400, "commodity-not-worn"),
    "unknown mannequin": (_step(wearer="mannequin:nobody"), 404, "user-image-not-found"),
    "unknown image": (_step(wearer=f"user-image:{uuid4()}"), 404, "user-image-not-found"),
    "malformed wearer": (_step(wearer="user-image:42"), 422, "invalid-request"),
    "wearer of no kind": (_step(wearer="ghost:42"), 422, "invalid-request"),
    "two steps in one": (_step(undo=True, redo=True), 422, "invalid-request"),
    "no step": (_step(), 422, "invalid-request"),
    "malformed JSON": (_malformed_json, 422, "invalid-request"),
    "malformed id": (_malformed_id, 422, "invalid-request"),
    "sold out": (_sold_out, 409, "sold-out"),
    "unknown size bought": (_unknown_size_bought, 404, "variant-not-found"),
    "no pieces": (_bought(pieces=[]), 422, "invalid-request"),
    "unknown look bought": (_bought(coordination_id=str(uuid4())), 404, "coordination-not-found"),
    "empty look confirmed": (_empty_look_confirmed, 409, "look-empty"),
    "no look confirmed": (_no_look_confirmed, 404, "coordination-not-found"),
    "wrong password": (_account("sessions", None, "wrong horse battery"), 401, "sign-in-failed"),
    "unknown e-mail": (_account("sessions", NOBODY, PASSWORD), 401, "sign-in-failed"),
    "short password": (_account("accounts", NOBODY, "short"), 400, "password-too-short"),
    "used e-mail": (_account("accounts", None, PASSWORD), 409, "email-already-used"),
    "no e-mail": (_account("accounts", "nobody", PASSWORD), 400, "email-not-usable"),
    "e-mail with NUL": (
        _account("accounts", "a\0b@example.com", PASSWORD),
        400,
        "email-not-usable",
    ),
    "long e-mail": (_account("accounts", f"{'a' * 300}@x.org", PASSWORD), 422, "invalid-request"),
    "another shopper's image": (_strangers_picture, 404, "user-image-not-found"),
    "erasing it": (_strangers_image_erased, 404, "user-image-not-found"),
    "replacing it": (_strangers_image_replaced, 404, "user-image-not-found"),
    "unknown address": (_unknown_address, 404, "not-found"),
    "wrong method": (_wrong_method, 405, "method-not-allowed"),
}


@pytest.mark.parametrize("sent", BAD_INPUTS)
async def test_a_bad_input_is_explained_and_changes_nothing(scene: Scene, sent: str) -> None:
    send, status, name = BAD_INPUTS[sent]
    log = scene.boutique.container.log
    head, stored = await log.head(), await scene.boutique.stored()
    refused(await send(scene), status, name)
    assert await log.head() == head
    assert await scene.boutique.stored() == stored


async def test_a_declined_card_adds_two_events_and_takes_nothing(scene: Scene) -> None:
    log = scene.boutique.container.log
    head, stored = await log.head(), await scene.boutique.stored()
    left = await scene.boutique.left(scene.shirt)
    send = _bought(purchase_id=str(uuid4()), card=EMPTY_CARD)
    refused(await send(scene), 402, "card-declined")
    added = await log.page(after=head, limit=10)
    assert [found.event.TOPIC for found in added] == ["purchase-placed", "payment-declined"]
    assert await scene.boutique.stored() == stored
    assert await scene.boutique.left(scene.shirt) == left


async def test_after_all_that_the_boutique_still_sells(scene: Scene, photo: bytes) -> None:
    await uploaded(scene.shopper, photo)
    wanted = order(scene.confirmed["coordination_id"], scene.shirt)
    bought = await scene.shopper.post("/purchases", wanted)
    assert bought["state"] == "captured"
    signed_up = {"email": fresh_email(), "password": PASSWORD}
    answer = await (await scene.boutique.client()).post("/api/v1/accounts", json=signed_up)
    assert answer.status_code == 201
    assert scene.boutique.container.projections.stopped == {}
