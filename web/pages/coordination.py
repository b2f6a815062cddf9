"""The coordination screen: second view in the centre, first view on both sides (C1b, C3 to C6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Header, Query
from fastapi.responses import HTMLResponse, Response
from psycopg import AsyncConnection

from domain.classification import TYPES
from domain.commodity import CommodityNotFound
from domain.event import Refusal
from projections import commodity_index, user_images
from projections.commodity_index import Wanted
from projections.facets import count_facets
from web.bootstrap import Container, Imaging
from web.dependencies import AtLeast, Reading, Visiting, Wired, WiredImaging
from web.looking import Looking, Step, best_wearer, current, look_at, shown, take
from web.pages.frame import Framed, see
from web.presenting import CommodityView, commodity_view
from web.terms import type_heading
from web.visits import shopper_of

router = APIRouter(include_in_schema=False)

COLUMN_PAGE = 12
LEFT, RIGHT = "knitwear", "trousers"
"""What the two columns show before the shopper chooses: different types (C5)."""

Type = Annotated[str | None, Query(max_length=20)]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One portion of the first view."""

    type: str
    label: str
    types: Sequence[dict[str, Any]]
    items: Sequence[CommodityView]
    next_url: str | None


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
    after: Annotated[int | None, Query(ge=1)] = None,
    side: Annotated[str | None, Query(pattern="^(left|right)$")] = None,
) -> HTMLResponse:
    shopper_id = visitor.account_id
    found = await current(wired, imaging, reading, shopper_id)
    looking = await look_at(found, found.look, reading, shopper_id)
    types = _two_types(left, right)
    counted = await count_facets(reading, Wanted())
    columns = {
        place: await _column(
            reading,
            looking,
            types,
            place,
            counts=counted.types,
            after=after if side == place else None,
        )
        for place in ("left", "right")
    }
    view = await shown(looking, imaging, shopper_id)
    return frame.show(
        "coordination.html",
        {
            "coordination": view,
            "picture_url": view.picture_url,
            "description": view.description,
            "wearers": await _wearers(wired, imaging, reading, shopper_id, view.wearer["id"]),
            **columns,
        },
        nav="coordination",
    )


def _two_types(left: str | None, right: str | None) -> dict[str, str]:
    """Return the types of both columns: always two different ones (C5)."""
    chosen_left = left if left in TYPES else LEFT
    chosen_right = right if right in TYPES else RIGHT
    if chosen_left == chosen_right:
        # The side that was not asked for gives way.
        if left is None:
            chosen_left = LEFT if chosen_right != LEFT else RIGHT
        else:
            chosen_right = RIGHT if chosen_left != RIGHT else LEFT
    return {"left": chosen_left, "right": chosen_right}


async def _column(
    connection: AsyncConnection,
    looking: Looking,
    types: dict[str, str],
    side: str,
    *,
    counts: dict[str, int],
    after: int | None,
) -> Column:
    type_ = types[side]
    found = await commodity_index.commodities(
        connection, Wanted(types=(type_,)), before=after, limit=COLUMN_PAGE + 1
    )
    worn = [piece.commodity_id for piece in looking.look.pieces]
    next_url = None
    if len(found) > COLUMN_PAGE:
        position = found[COLUMN_PAGE - 1].position
        next_url = f"/coordination/column?{urlencode({**types, 'side': side, 'after': position})}"
    return Column(
        type=type_,
        label=type_heading(type_),
        types=[
            {"name": name, "label": type_heading(name), "count": counts[name]}
            for name in TYPES
            if counts.get(name)
        ],
        items=[
            commodity_view(commodity, looking.sellers, worn=worn, owned=looking.owned)
            for commodity in found[:COLUMN_PAGE]
        ],
        next_url=next_url,
    )


@router.get("/coordination/column")
async def show_column(
    frame: Framed,
    wired: Wired,
    imaging: WiredImaging,
    reading: Reading,
    visitor: Visiting,
    side: Annotated[str, Query(pattern="^(left|right)$")],
    after: Annotated[int, Query(ge=1)],
    left: Type = None,
    right: Type = None,
    is_fragment: Annotated[bool, Header(alias="X-Fragment")] = False,
) -> Response:
    """Show the next commodities of one column: to a script by themselves, to others in the page."""
    if not is_fragment:
        query = {**_two_types(left, right), "side": side, "after": after}
        return see(f"/coordination?{urlencode(query)}")
    found = await current(wired, imaging, reading, visitor.account_id)
    looking = await look_at(found, found.look, reading, visitor.account_id)
    column = await _column(reading, looking, _two_types(left, right), side, counts={}, after=after)
    return frame.show("_column_items.html", {"column": column}, nav="coordination")


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
    types = {side: type_ for side, type_ in (("left", left), ("right", right)) if type_}
    if put_on is not None and not types:
        types = await _types_beside(wired, put_on)
    response = see(f"/coordination?{urlencode(types)}" if types else "/coordination")
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
