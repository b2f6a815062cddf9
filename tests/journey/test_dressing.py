"""A terminal draws the picture the server draws: from joints alone, and from the server's list."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.async_api import Browser

from imaging.body import Person
from imaging.coordination import coordinate, drawn, dress
from imaging.decoding import decode
from imaging.drawing.catalogue import CATALOGUE
from imaging.extraction import extract, to_body_frame
from imaging.fitting import fit
from imaging.garment import Garment
from imaging.measuring import Body
from imaging.networks import LANDMARKS, Networks
from imaging.placement import Piece, Placement, placed
from imaging.tailoring import take_apart
from tests.benchmarks import extraction as benchmark
from tests.colour_difference import difference, lab
from tests.conftest import missing
from tests.journey.dressing_room import DressingRoom, commodity_id_of
from tests.wardrobe import FIGURES, ONE_OF_EACH_TYPE, figure, worn

pytestmark = pytest.mark.browser

MEAN_MAX, P99_MAX = 0.3, 1.5
"""CIEDE2000: far below what anybody sees, so that what is left out or moved is noticed."""

PLAIN, PLAIN_SHARE_MAX = 10.0, 1e-4
"""What everybody sees, and how much of it there may be: less than the tip of a finger."""

PAPER = np.array([244, 239, 230], np.float32)
"""What the shop shows a person on."""

RENDERERS = ("webgl2", "2d")
EVERYTHING = tuple(sketch.slug for sketch in CATALOGUE)
LOOKS = {
    "ada": ("camel-coat", "oxford-shirt", "wide-wool-trousers", "court-sneakers", "camel-scarf"),
    "bruno": ("heavy-white-tee", "sand-shorts", "fedora"),
    "carla": ("meadow-dress", "cognac-tote"),
    "turtleneck": ("plum-turtleneck-knit", "pleated-skirt", "court-sneakers"),
}


@asynccontextmanager
async def dressing_room(browser: Browser, person: Person) -> AsyncGenerator[DressingRoom]:
    page = await browser.new_page()
    troubles = list[str]()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda told: troubles.append(told.text) if told.type == "error" else None)
    room = DressingRoom(page, person)
    await room.open()
    try:
        yield room
    finally:
        await page.close()
    assert troubles == []


def _on_paper(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    alpha = picture[..., 3:].astype(np.float32) / 255
    return np.rint(picture[..., :3] * alpha + PAPER * (1 - alpha)).astype(np.uint8)


def edges_of(person: Person, pieces: Sequence[Piece]) -> NDArray[np.bool_]:
    """Pixels that touch the outline of a layer: there a tenth of a pixel is a colour."""
    found = np.zeros(person.rgba.shape[:2], bool)
    ring = np.ones((3, 3), np.uint8)
    for piece in pieces:
        for layer in drawn(person, piece.garment, piece.placement):
            solid = np.zeros(found.shape, np.uint8)
            solid[layer.box.window()] = layer.pixels[..., 3] > 127
            found |= cv2.morphologyEx(solid, cv2.MORPH_GRADIENT, ring) > 0
    return found


def assert_same(
    picture: NDArray[np.uint8], wanted: NDArray[np.uint8], edges: NDArray[np.bool_]
) -> None:
    assert picture.shape == wanted.shape
    asked = ((picture[..., 3] > 0) | (wanted[..., 3] > 0)) & ~edges
    far = difference(lab(_on_paper(picture)[asked]), lab(_on_paper(wanted)[asked]))
    assert far.mean() <= MEAN_MAX
    assert np.quantile(far, 0.99) <= P99_MAX
    assert (far > PLAIN).mean() <= PLAIN_SHARE_MAX


def _person_of(who: str) -> Person:
    return figure(who if who in FIGURES else FIGURES[0])


def _look(name: str) -> list[Garment]:
    return [worn(slug) for slug in LOOKS[name]]


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("who", LOOKS)
async def test_a_terminal_draws_the_servers_picture(
    who: str, renderer: str, browser: Browser
) -> None:
    person, garments = _person_of(who), _look(who)

    async with dressing_room(browser, person) as room:
        shown, (picture,) = await room.show(garments, renderer=renderer)

    assert shown["renderer"] == renderer
    assert sorted(shown["worn"]) == sorted(str(commodity_id_of(garment)) for garment in garments)
    pieces = [Piece(garment=garment) for garment in garments]
    assert_same(picture, coordinate(person, garments), edges_of(person, pieces))


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("who", LOOKS)
async def test_a_drawing_list_draws_the_servers_picture(
    who: str, renderer: str, browser: Browser
) -> None:
    person, garments = _person_of(who), _look(who)

    async with dressing_room(browser, person) as room:
        shown, (picture,) = await room.draw(garments, renderer=renderer)

    assert shown["renderer"] == renderer
    pieces = [Piece(garment=garment) for garment in garments]
    assert_same(picture, coordinate(person, garments), edges_of(person, pieces))


@pytest.mark.parametrize("renderer", RENDERERS)
async def test_a_moved_garment_is_where_the_server_draws_it(
    renderer: str, browser: Browser
) -> None:
    person, garments = figure("ada"), _look("ada")
    coat, scarf = garments[0], garments[-1]
    coat_put = Placement(move=(14.0, 9.5), size=(1.03, 1.08))
    moved = {coat: coat_put, scarf: Placement(move=(60.0, -33.3), scale=1.2)}
    # The last look is reached over others, as by dragging: what lies beneath is painted once.
    looks = [
        {
            str(commodity_id_of(garment)): {
                "move": [part * share for part in placement.move],
                "scale": placement.scale,
                "size": placement.size,
            }
            for garment, placement in moved.items()
        }
        for share in (0.0, 0.5, 0.8, 1.0)
    ]

    async with dressing_room(browser, person) as room:
        _, pictures = await room.show(garments, looks, renderer=renderer)
        _, (at_once,) = await room.show(garments, looks[-1:], renderer=renderer)

    np.testing.assert_array_equal(pictures[-1], at_once)
    assert not np.array_equal(pictures[0], pictures[-1])
    pieces = [
        Piece(garment=garment, placement=moved.get(garment, Placement())) for garment in garments
    ]
    wanted, _ = dress(person, pieces)
    assert_same(pictures[-1], wanted, edges_of(person, pieces))


@pytest.mark.parametrize("renderer", RENDERERS)
async def test_a_tucked_shirt_is_tucked_in_as_on_the_server(
    renderer: str, browser: Browser
) -> None:
    person, garments = figure("ada"), [worn(x) for x in ("oxford-shirt", "wide-wool-trousers")]
    tucked = {str(commodity_id_of(garments[0])): {"tucked": True}}

    async with dressing_room(browser, person) as room:
        _, (picture,) = await room.show(garments, [tucked], renderer=renderer)

    pieces = [
        Piece(garment=garments[0], placement=Placement(tucked=True)),
        Piece(garment=garments[1]),
    ]
    wanted, _ = dress(person, pieces)
    assert_same(picture, wanted, edges_of(person, pieces))


OPENED = {
    "coat-over-dress": ("meadow-dress", "camel-coat"),
    "shirt-over-knit": ("oat-cable-knit", "flannel-check-shirt", "pleated-skirt"),
    "blazer-over-shirt": ("oxford-shirt", "charcoal-blazer", "wide-wool-trousers"),
}


def _opened(look: str) -> tuple[list[Garment], list[Piece]]:
    """Garments of a look, and its pieces: the second one is worn open."""
    garments = [worn(slug) for slug in OPENED[look]]
    open_ = Placement(opened=True)
    return garments, [
        Piece(garment=garment, placement=open_ if garment is garments[1] else Placement())
        for garment in garments
    ]


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize(
    "look",
    [
        pytest.param(look, marks=() if look == "blazer-over-shirt" else pytest.mark.soak)
        for look in OPENED
    ],
)
async def test_a_piece_is_worn_open_as_on_the_server(
    look: str, renderer: str, browser: Browser
) -> None:
    person, (garments, pieces) = figure("ada"), _opened(look)
    opened = {str(commodity_id_of(garments[1])): {"opened": True}}

    async with dressing_room(browser, person) as room:
        _, (closed, picture) = await room.show(garments, [{}, opened], renderer=renderer)
        _, (listed,) = await room.draw(garments, renderer=renderer, opened=[garments[1]])

    wanted, _ = dress(person, pieces)
    edges = edges_of(person, pieces)
    assert_same(picture, wanted, edges)
    assert_same(listed, wanted, edges)
    assert (np.abs(picture.astype(int) - closed).max(axis=2) > 30).sum() > 10_000


async def test_a_coat_photographed_open_stays_as_it_is_on_the_terminal(browser: Browser) -> None:
    coat = worn("camel-coat")
    rgba = coat.rgba.copy()
    middle = int(coat.landmarks["hem_centre"][1] * rgba.shape[1])
    rgba[:, middle - rgba.shape[1] // 20 : middle + rgba.shape[1] // 20] = 0
    open_already = Garment(type=coat.type, rgba=rgba, landmarks=coat.landmarks)
    opened = {str(commodity_id_of(coat)): {"opened": True}}

    async with dressing_room(browser, figure("ada")) as room:
        _, (closed, picture) = await room.show([open_already], [{}, opened], renderer="2d")

    np.testing.assert_array_equal(picture, closed)


@pytest.mark.parametrize("renderer", RENDERERS)
async def test_the_same_look_gives_the_same_pixels(renderer: str, browser: Browser) -> None:
    pictures = list[NDArray[np.uint8]]()
    for _ in range(2):
        async with dressing_room(browser, figure("bruno")) as room:
            _, (picture,) = await room.show(_look("bruno"), renderer=renderer)
            pictures.append(picture)

    np.testing.assert_array_equal(pictures[0], pictures[1])


async def test_a_garment_without_landmarks_is_left_out_and_named(browser: Browser) -> None:
    hat, tee = worn("fedora"), worn("heavy-white-tee")
    unknown = Garment(type=hat.type, rgba=hat.rgba, landmarks={})

    async with dressing_room(browser, figure("bruno")) as room:
        shown, _ = await room.show([unknown, tee], renderer="webgl2")

    assert shown["left_out"] == [str(commodity_id_of(hat))]
    assert shown["worn"] == [str(commodity_id_of(tee))]


@pytest.mark.parametrize(
    ("who", "slugs"),
    [
        pytest.param(FIGURES[0], ONE_OF_EACH_TYPE, id="one-of-each-type"),
        *(pytest.param(who, EVERYTHING, marks=pytest.mark.soak, id=who) for who in FIGURES),
    ],
)
async def test_every_garment_is_fitted_to_the_points_python_fits_it_to(
    who: str, slugs: Sequence[str], browser: Browser
) -> None:
    person = figure(who)
    garments = [worn(slug) for slug in slugs]
    moved = Placement(move=(3.5, -2.0), scale=1.1, size=(1.04, 0.93))

    async with dressing_room(browser, person) as room:
        fitted = await room.fit(
            garments, {"move": moved.move, "scale": moved.scale, "size": moved.size}
        )

    body = Body.of(person)
    for garment, slug, found in zip(garments, slugs, fitted, strict=True):
        wanted = placed(fit(take_apart(garment), body), body, moved)
        assert [part["name"] for part in found] == [part.name for part in wanted], slug
        assert found, slug
        for part, other in zip(wanted, found, strict=True):
            ours = np.hstack([part.sources, part.targets])
            theirs = np.hstack([np.array(other["sources"]), np.array(other["targets"])])
            # In no order that matters: a thin plate goes through all of them.
            for array in (ours, theirs):
                array[:] = array[np.lexsort(np.round(array, 3).T)]
            np.testing.assert_allclose(theirs, ours, atol=0.5, err_msg=f"{slug} {part.name}")


@pytest.mark.parametrize("renderer", RENDERERS)
async def test_a_garment_slides_to_where_it_is_drawn_afterwards(
    renderer: str, browser: Browser
) -> None:
    person, garments = figure("bruno"), _look("bruno")
    shorts = garments[1]

    async with dressing_room(browser, person) as room:
        before, slid, back, drawn_there = await room.slide(
            garments, shorts, (24, -16), renderer=renderer
        )

    assert not np.array_equal(before, slid)
    np.testing.assert_array_equal(back, before)  # it leaves nothing behind
    pieces = [Piece(garment=shorts, placement=Placement(move=(24.0, -16.0)))]
    assert_same(slid, drawn_there, edges_of(person, pieces))


PHOTOGRAPHS = ("Simon_1", "model_1", "model_5", "model_9")


@pytest.mark.soak
@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("name", PHOTOGRAPHS)
async def test_a_photographed_person_is_dressed_as_on_the_server(
    name: str, renderer: str, browser: Browser, sample_data: Path
) -> None:
    path = sample_data / "people" / "synthetic_models" / f"{name}.png"
    if not path.exists():
        pytest.skip(f"no {path}: set BOUTIQUE_SAMPLE_DATA")
    if not (benchmark.models() / LANDMARKS).exists():
        missing(f"no networks below {benchmark.models()}: run `make install`")
    image = np.ascontiguousarray(decode(path.read_bytes())[:, :, :3])
    person = to_body_frame(extract(image, Networks(benchmark.models())))
    garments = [worn(slug) for slug in ("oxford-shirt", "wide-wool-trousers", "cognac-tote")]

    async with dressing_room(browser, person) as room:
        _, (picture,) = await room.show(garments, renderer=renderer)

    pieces = [Piece(garment=garment) for garment in garments]
    assert_same(picture, coordinate(person, garments), edges_of(person, pieces))
