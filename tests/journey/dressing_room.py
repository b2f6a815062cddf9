"""A page with a canvas, our own modules and pictures, and nothing else: no server."""

import base64
import hashlib
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID, uuid5

import numpy as np
from numpy.typing import NDArray
from playwright.async_api import Page, Route

from adapters.dressing_jobs import list_drawing, take_garment_apart
from imaging.body import Person
from imaging.encoding import from_png, to_png
from imaging.garment import Garment
from imaging.measuring import Body
from imaging.skin import Surface, look_at
from imaging.undressing import undress
from web.dressing import cloth_view, drawing_view
from web.static_files import STATIC, content_of

ADDRESS = "http://localhost:1"
"""Nobody listens there: every request is answered by the test."""

PEOPLE = UUID(int=0xD7E55)

SHOW = """async ({ renderer, joints, garments, looks }) => {
  const { openDressing } = await import("/js/terminal/dressing.js");
  const options = { premultiplyAlpha: "none", colorSpaceConversion: "none" };
  const picture = async (name) => {
    const answer = await fetch(`/pictures/${name}.png`);
    return createImageBitmap(await answer.blob(), options);
  };
  const names = ["front", "jaw", "forearms", "hands"];
  const masks = {};
  for (const name of names) masks[name] = await picture(name);
  const bases = (zones) => picture(`base-${[...zones].sort().join("-")}`);
  const prepared = { person: await picture("person"), masks, bases };
  const canvas = document.createElement("canvas");
  document.body.replaceChildren(canvas);
  const dressing = openDressing(canvas, { renderer });
  const pictures = [];
  let shown = null;
  for (const placements of looks) {
    shown = await dressing.show({ prepared, joints, garments, placements });
    pictures.push(canvas.toDataURL());
  }
  dressing.close();
  return { shown, pictures };
}"""

SLIDE = """async ({ renderer, joints, garments, id, by }) => {
  const { openDressing } = await import("/js/terminal/dressing.js");
  const options = { premultiplyAlpha: "none", colorSpaceConversion: "none" };
  const picture = async (name) => {
    const answer = await fetch(`/pictures/${name}.png`);
    return createImageBitmap(await answer.blob(), options);
  };
  const masks = {};
  for (const name of ["front", "jaw", "forearms", "hands"]) masks[name] = await picture(name);
  const bases = (zones) => picture(`base-${[...zones].sort().join("-")}`);
  const prepared = { person: await picture("person"), masks, bases };
  const canvas = document.createElement("canvas");
  document.body.replaceChildren(canvas);
  const dressing = openDressing(canvas, { renderer }), pictures = [];
  const look = { prepared, joints, garments };
  const shown = await dressing.show(look);
  pictures.push(canvas.toDataURL());
  for (const share of [0.3, -0.5, 1]) {
    dressing.slide(id, by.map((value) => Math.round(value * share)));
  }
  pictures.push(canvas.toDataURL());
  dressing.slide(id, [0, 0]);
  pictures.push(canvas.toDataURL());
  await dressing.show({ ...look, placements: { [id]: { move: by } } });
  pictures.push(canvas.toDataURL());
  dressing.close();
  return { shown, pictures };
}"""

DRAW = """async ({ renderer, list }) => {
  const { openDressing } = await import("/js/terminal/dressing.js");
  const canvas = document.createElement("canvas");
  document.body.replaceChildren(canvas);
  const dressing = openDressing(canvas, { renderer });
  const shown = await dressing.draw(list);
  const pictures = [canvas.toDataURL()];
  dressing.close();
  return { shown, pictures };
}"""

FIT = """async ({ joints, garments, placement }) => {
  const { fit } = await import("/js/terminal/fitting.js");
  const { Body } = await import("/js/terminal/measuring.js");
  const answer = await fetch("/pictures/person.png");
  const bitmap = await createImageBitmap(await answer.blob());
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const body = new Body(joints, context.getImageData(0, 0, bitmap.width, bitmap.height));
  return garments.map((garment) => fit(garment, body, placement).map(({ part, sources, targets }) =>
    ({ name: part.name, sources, targets })));
}"""


class DressingRoom:
    """One person and the garments it tries on, in a browser's page."""

    def __init__(self, page: Page, person: Person) -> None:
        self._page = page
        self._person = person
        self._files: dict[str, bytes] = {"/pictures/person.png": to_png(person.rgba)}

    async def open(self) -> None:
        await self._page.route(f"{ADDRESS}/**", self._answer)
        await self._page.goto(f"{ADDRESS}/")

    async def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(ADDRESS)
        if path == "/":
            await route.fulfill(
                body="<!doctype html><title>Dressing</title>", content_type="text/html"
            )
        elif path.startswith("/js/"):
            content = content_of(STATIC / path[1:])
            await route.fulfill(body=content, content_type="text/javascript")
        elif path in self._files:
            await route.fulfill(body=self._files[path], content_type="image/png")
        elif path.startswith("/pictures/"):
            prepared = _prepared(self._person, path.removeprefix("/pictures/"))
            await route.fulfill(body=prepared, content_type="image/png")
        else:
            await route.fulfill(status=404)

    def _cloths(self, garments: Sequence[Garment]) -> list[dict[str, Any]]:
        return [self._cloth(garment) for garment in garments]

    def _cloth(self, garment: Garment) -> dict[str, Any]:
        cloth, pictures = _taken_apart(garment)
        self._files |= pictures
        return cloth

    async def show(
        self,
        garments: Sequence[Garment],
        looks: Sequence[Mapping[str, Any]] = ({},),
        *,
        renderer: str,
    ) -> tuple[dict[str, Any], list[NDArray[np.uint8]]]:
        """Show the garments, once for each choice of placements."""
        return await self._run(
            SHOW,
            {
                "renderer": renderer,
                "joints": dict(self._person.joints),
                "garments": self._cloths(garments),
                "looks": list(looks),
            },
        )

    async def slide(
        self, garments: Sequence[Garment], garment: Garment, by: tuple[int, int], *, renderer: str
    ) -> list[NDArray[np.uint8]]:
        """Show garments, slide one, slide it back, and show it where it had been slid to."""
        given = {
            "renderer": renderer,
            "joints": dict(self._person.joints),
            "garments": self._cloths(garments),
            "id": str(commodity_id_of(garment)),
            "by": list(by),
        }
        _, pictures = await self._run(SLIDE, given)
        return pictures

    async def draw(
        self, garments: Sequence[Garment], *, renderer: str, opened: Collection[Garment] = ()
    ) -> tuple[dict[str, Any], list[NDArray[np.uint8]]]:
        """Draw the list a server makes of the garments, some of them worn open."""
        given = [
            (
                each.type,
                to_png(each.rgba),
                each.landmarks,
                (0.0, 0.0, 1.0, 0, False, each in opened, 1.0, 1.0),
            )
            for each in garments
        ]
        picture, joints = self._files["/pictures/person.png"], self._person.joints
        answer = list_drawing(picture, joints, None, given)
        for name, picture in answer["pictures"].items():
            self._files[f"/pictures/{name}.png"] = picture
        listed = {
            **answer["drawing"],
            "person": "person",
            "base": "base",
            "masks": {name: name for name in answer["drawing"]["masks"]},
            "joints": joints,
            "garments": [],
            "placements": [],
        }
        view = drawing_view(listed, version=2, pictures="/pictures", commodity_ids=[])
        drawing = view.model_dump(mode="json", exclude_none=True)
        drawing["garments"] = self._cloths(garments)
        return await self._run(DRAW, {"renderer": renderer, "list": drawing})

    async def fit(
        self, garments: Sequence[Garment], placement: Mapping[str, Any]
    ) -> list[list[dict[str, Any]]]:
        """Fit garments to the person; return the points of each part of each."""
        given = {
            "joints": dict(self._person.joints),
            "garments": self._cloths(garments),
            "placement": dict(placement),
        }
        fitted: list[list[dict[str, Any]]] = await self._page.evaluate(FIT, given)
        return fitted

    async def _run(
        self, script: str, given: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[NDArray[np.uint8]]]:
        answer = await self._page.evaluate(script, dict(given))
        return answer["shown"], [_pixels(address) for address in answer["pictures"]]


@cache
def _surface(person: Person) -> tuple[Body, Surface]:
    body = Body.of(person)
    return body, look_at(person, body)


@cache
def _prepared(person: Person, name: str) -> bytes:
    """What a terminal prepares of a photograph: a mask, or who it shows without some clothes."""
    body, surface = _surface(person)
    what, _, zones = name.removesuffix(".png").partition("-")
    if what != "base":
        return to_png(_as_alpha(getattr(surface, what)))
    base, _ = undress(person, body, surface, zones=set(zones.split("-")))
    return to_png(base)


@cache
def _taken_apart(garment: Garment) -> tuple[dict[str, Any], dict[str, bytes]]:
    """A garment as the server sends it, and its pictures by their addresses; made once a run."""
    answer = take_garment_apart(garment.type, to_png(garment.rgba), garment.landmarks)
    pictures = dict[str, bytes]()
    for part in answer["cloth"]["parts"]:
        picture = answer["pictures"][part["name"]]
        part["picture"] = hashlib.sha256(picture).hexdigest()
        pictures[f"/pictures/cloth/{part['picture']}.webp"] = picture
    view = cloth_view(answer["cloth"], commodity_id_of(garment))
    return view.model_dump(mode="json"), pictures


def commodity_id_of(garment: Garment) -> UUID:
    return uuid5(PEOPLE, garment.type)


def _as_alpha(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.dstack([np.full((*mask.shape, 3), 255, np.uint8), mask])


def _pixels(address: str) -> NDArray[np.uint8]:
    return from_png(base64.b64decode(address.partition(",")[2]))
