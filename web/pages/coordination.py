"""The coordination screen: second view in the centre, first view on both sides (C1b, C3 to C6)."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Header, Query
from fastapi.responses import HTMLResponse, Response
from psycopg import AsyncConnection

from domain.commodity import CommodityNotFound
from domain.event import Refusal
from projections import commodity_index, user_images
from projections.commodity_index import Wanted
from projections.facets import count_facets
from web.bootstrap import Container, Imaging
from web.columns import SIDES, Chosen, column
from web.dependencies import AtLeast, Reading, Visiting, Wired, WiredImaging
from web.looking import Step, best_wearer, current, look_at, shown, take
from web.pages.frame import Framed, see
from web.visits import shopper_of

router = APIRouter(include_in_schema=False)

Type = Annotated[str | None, Query(max_length=20)]


Yours = Annotated[str | None, Query(pattern="^(left|right|both)$")]
Side = Annotated[str, Query(pattern="^(left|right)$")]


@router.get("/coordination")
async def show_coordination(
    frame: Framed,
    wired: Wired,
    imaging: WiredImaging,
    reading: Reading,
    visitor: Visiting,
    _: AtLeast,
    left: Type = None,
    right: Type = None,
    yours: Yours = None,
    after: Annotated[int | None, Query(ge=1)] = None,
    side: Side | None = None,
) -> HTMLResponse:
    shopper_id = visitor.account_id
    found = await current(wired, imaging, reading, shopper_id)
    looking = await look_at(found, found.look, reading, shopper_id)
    chosen = Chosen.of(left, right, yours)
    counted = await count_facets(reading, Wanted())
    columns = {
        place: await column(
            reading,
            looking,
            chosen,
            place,
            counts=counted.types,
            after=after if side == place else None,
        )
        for place in SIDES
    }
    view = await shown(looking, imaging, shopper_id)
    return frame.show(
        "coordination.html",
        {
            "coordination": view,
            "picture_url": view.picture_url,
            "description": view.description,
            "steps_url": f"/coordination/steps?{chosen.query()}",
            "wearers": await _wearers(wired, imaging, reading, shopper_id, view.wearer["id"]),
            **columns,
        },
        nav="coordination",
    )


@router.get("/coordination/column")
async def show_column(
    frame: Framed,
    wired: Wired,
    imaging: WiredImaging,
    reading: Reading,
    visitor: Visiting,
    side: Side,
    after: Annotated[int, Query(ge=1)],
    left: Type = None,
    right: Type = None,
    yours: Yours = None,
    is_fragment: Annotated[bool, Header(alias="X-Fragment")] = False,
) -> Response:
    """Show the next commodities of one column: to a script by themselves, to others in the page."""
    chosen = Chosen.of(left, right, yours)
    if not is_fragment:
        return see(f"/coordination?{chosen.query(side=side, after=after)}")
    found = await current(wired, imaging, reading, visitor.account_id)
    looking = await look_at(found, found.look, reading, visitor.account_id)
    shelf = await column(reading, looking, chosen, side, counts={}, after=after)
    return frame.show("_column_items.html", {"column": shelf}, nav="coordination")


async def _wearers(
    wired: Container,
    imaging: Imaging,
    connection: AsyncConnection,
    shopper_id: UUID | None,
    chosen_id: str,
) -> list[dict[str, Any]]:
    wearers = [
        {
            "kind": "mannequin",
            "id": mannequin.slug,
            "name": mannequin.name,
            "thumb_url": f"/api/v1/mannequins/{mannequin.slug}/picture",
            "is_chosen": mannequin.slug == chosen_id,
        }
        for mannequin in imaging.mannequins.values()
    ]
    if shopper_id is not None:
        contents = await wired.user_image_database.contents(shopper_id)
        wearers += [
            {
                "kind": best_wearer(contents[image.user_image_id]).kind,
                "id": str(image.user_image_id),
                "name": contents[image.user_image_id].name,
                "thumb_url": f"/api/v1/user-images/{image.user_image_id}/thumbnail",
                "is_chosen": str(image.user_image_id) == chosen_id,
            }
            for image in await user_images.user_images(connection, shopper_id)
            if image.user_image_id in contents
        ]
    return wearers


@router.post("/coordination/steps")
async def take_step(
    wired: Wired,
    imaging: WiredImaging,
    visitor: Visiting,
    left: Type = None,
    right: Type = None,
    yours: Yours = None,
    put_on: Annotated[UUID | None, Form()] = None,
    take_off: Annotated[UUID | None, Form()] = None,
    size: Annotated[str | None, Form(max_length=80)] = None,
    adjust: Annotated[str | None, Form(max_length=120)] = None,
    wearer: Annotated[str | None, Form(max_length=80)] = None,
    undo: Annotated[bool, Form()] = False,
    redo: Annotated[bool, Form()] = False,
    clear: Annotated[bool, Form()] = False,
) -> Response:
    """Carry out what a button of the screen says, and show the screen again."""
    asked = {"left": left, "right": right, "yours": yours}
    query = {name: value for name, value in asked.items() if value}
    if put_on is not None and not query:
        query = await _types_beside(wired, put_on)
    response = see(f"/coordination?{urlencode(query)}" if query else "/coordination")
    shopper_id = await shopper_of(visitor, wired, response)
    step = Step(
        put_on=put_on,
        take_off=take_off,
        size=size,
        adjust=adjust,
        wearer=wearer,
        undo=undo,
        redo=redo,
        clear=clear,
    )
    try:
        await take(wired, imaging, shopper_id, step)
    except ValueError as error:
        raise StepNotUnderstood(str(error)) from error
    return response


class StepNotUnderstood(Refusal): ...


async def _types_beside(wired: Container, commodity_id: UUID) -> dict[str, str]:
    """Open the column of the commodity that somebody tries on from elsewhere."""
    async with wired.pool.connection() as connection:
        found = await commodity_index.commodities_by_id(connection, [commodity_id])
    if commodity_id not in found:
        raise CommodityNotFound
    type_ = found[commodity_id].type
    side = "right" if type_ in {"trousers", "shorts", "skirt", "shoes", "bag"} else "left"
    return {side: type_}
