"""Coordinations over HTTP: who wears what, step by step (C1b, C3)."""

from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response, status
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, FiniteFloat

from domain.confirmation import PieceToReserve
from domain.coordination import CoordinationNotFound
from domain.look import AS_IT_FALLS, Placement, Wearer
from domain.request import new_id
from domain.reservation import OpenReservation
from web.bootstrap import Worn
from web.confirming import ReservationView, confirm, pieces_to_hold, reservation_view
from web.dependencies import AtLeast, Reading, Visiting, Wired, WiredImaging
from web.foreseeing import Reached, foreseen
from web.looking import (
    CURRENT,
    Step,
    current,
    look_at,
    own,
    shown,
    take,
    worn_by,
    worn_over_time,
    worn_pieces,
)
from web.presenting import CoordinationView
from web.terminal_looks import PieceOfTerminal, start_as_worn
from web.visits import shopper_of

router = APIRouter(tags=["coordinations"])


class MannequinView(BaseModel):
    name: str
    slug: str
    description: str
    picture_url: str


class StepTaken(BaseModel):
    """One act: exactly one of its parts."""

    put_on: UUID | None = None
    take_off: UUID | None = None
    size: str | None = Field(default=None, description="`<commodity id>:<variant id>`")
    adjust: str | None = Field(
        default=None,
        description="`<commodity id>:<change>`: up, down, left, right, larger, smaller, over, "
        "under, tuck, open, reset, or `<down>,<right>,<scale>` in heights of the picture",
        max_length=120,
    )
    wearer: str | None = Field(
        default=None,
        description="`mannequin:<name>`, `user-image:<id>` or `body-double:<id of the image>`",
        max_length=80,
    )
    undo: bool = False
    redo: bool = False
    clear: bool = False


class PieceToHold(BaseModel):
    commodity_id: UUID
    variant_id: UUID


class Confirming(BaseModel):
    reservation_id: UUID | None = Field(
        default=None, description="Chosen by the client, or here: sent again, nothing is doubled."
    )
    reserve: list[PieceToHold] | None = Field(
        default=None,
        max_length=20,
        description="Which pieces to hold; without it all that have a size and are not owned yet.",
    )


@dataclass(frozen=True, kw_only=True)
class ConfirmedView(CoordinationView):
    """A coordination, and what is held of it: nothing, if there was nothing to hold."""

    reservation: ReservationView | None


class PlacementTold(BaseModel):
    down: FiniteFloat = Field(default=AS_IT_FALLS.down, description="In heights of the picture.")
    right: FiniteFloat = Field(default=AS_IT_FALLS.right, description="In the same unit.")
    scale: FiniteFloat = Field(
        default=AS_IT_FALLS.scale, gt=0, description="About the middle of the piece."
    )
    level: int = Field(
        default=AS_IT_FALLS.level, description="By how many layers it lies further out."
    )
    tucked: bool = Field(default=AS_IT_FALLS.tucked, description="Whether a top is tucked in.")
    opened: bool = Field(
        default=AS_IT_FALLS.opened, description="Whether outerwear or a shirt is worn open."
    )


class PieceWorn(PieceToHold):
    placement: PlacementTold = Field(
        default=PlacementTold(),
        description="Where it was put; beyond the bounds it stays at them.",
    )

    def as_worn(self) -> PieceOfTerminal:
        """Return it as the boutique takes it."""
        return PieceOfTerminal(
            commodity_id=self.commodity_id,
            variant_id=self.variant_id,
            placement=Placement(**self.placement.model_dump()),
        )


class NewCoordination(BaseModel):
    coordination_id: UUID = Field(
        description="Chosen by the client: sent again, nothing is doubled."
    )
    pieces: list[PieceWorn] = Field(
        min_length=1, max_length=20, description="In the order in which they are put on."
    )


@router.post("/coordinations", status_code=status.HTTP_201_CREATED)
async def start_coordination(
    body: NewCoordination,
    wired: Wired,
    imaging: WiredImaging,
    visitor: Visiting,
    response: Response,
) -> CoordinationView:
    """Start a coordination beside the current one, of a look that was made on a terminal.

    A mannequin wears it here: the terminal keeps to itself who wore it there.
    """
    shopper_id, coordination_id = visitor.signed_in, body.coordination_id
    pieces = [piece.as_worn() for piece in body.pieces]
    outcome = await start_as_worn(wired, imaging, shopper_id, coordination_id, pieces)
    response.headers["Boutique-Position"] = str(outcome.position)
    response.headers["Location"] = f"/api/v1/coordinations/{coordination_id}"
    async with wired.pool.connection() as reading:
        found = await own(wired, imaging, reading, str(coordination_id), shopper_id)
        return await shown(
            await look_at(found, found.look, reading, shopper_id), imaging, shopper_id
        )


@router.get("/mannequins")
async def list_mannequins(imaging: WiredImaging) -> list[MannequinView]:
    """List who may wear a look before there is any user image."""
    return [
        MannequinView(
            name=mannequin.name,
            slug=mannequin.slug,
            description=mannequin.description,
            picture_url=f"/api/v1/mannequins/{mannequin.slug}/picture",
        )
        for mannequin in imaging.mannequins.values()
    ]


@router.get("/mannequins/{slug}/picture")
async def show_mannequin(slug: str, imaging: WiredImaging) -> Response:
    """Show a mannequin in the body frame."""
    mannequin = imaging.mannequins.get(slug)
    if mannequin is None:
        raise CoordinationNotFound
    return Response(
        mannequin.webp, media_type="image/webp", headers={"Cache-Control": "public, max-age=3600"}
    )


@router.get("/coordinations/{coordination_id}")
async def show_coordination(
    coordination_id: str,
    wired: Wired,
    imaging: WiredImaging,
    reading: Reading,
    visitor: Visiting,
    _: AtLeast,
) -> CoordinationView:
    """Show a coordination of the visitor; `current` is the one they work on."""
    shopper_id = visitor.account_id
    found = await own(wired, imaging, reading, coordination_id, shopper_id)
    return await shown(await look_at(found, found.look, reading, shopper_id), imaging, shopper_id)


@router.post("/coordinations/{coordination_id}/steps")
async def take_step(
    coordination_id: str,
    body: StepTaken,
    wired: Wired,
    imaging: WiredImaging,
    reading: Reading,
    visitor: Visiting,
    response: Response,
) -> CoordinationView:
    """Put on, take off, choose a size or a wearer, undo, redo, or clear."""
    if coordination_id != CURRENT:
        found = await own(wired, imaging, reading, coordination_id, visitor.account_id)
        working_on = await current(wired, imaging, reading, visitor.account_id)
        if found.coordination_id != working_on.coordination_id:
            raise CoordinationNotFound
    shopper_id = await shopper_of(visitor, wired, response)
    try:
        step = Step(**body.model_dump())
        outcome = await take(wired, imaging, shopper_id, step)
    except ValueError as error:
        raise _invalid(error) from error
    response.headers["Boutique-Position"] = str(outcome.position)
    found = await current(wired, imaging, reading, shopper_id)
    return await shown(await look_at(found, found.look, reading, shopper_id), imaging, shopper_id)


def _invalid(error: ValueError) -> RequestValidationError:
    problem: dict[str, Any] = {"loc": ("body",), "msg": str(error), "type": "value_error"}
    return RequestValidationError([problem])


@router.get("/coordinations/{coordination_id}/picture")
async def show_picture(
    coordination_id: str,
    wired: Wired,
    imaging: WiredImaging,
    visitor: Visiting,
    recipe: Annotated[str | None, Query(pattern="^[0-9a-f]{32}$")] = None,
) -> Response:
    """Show the person wearing a look: WebP with transparency, in the body frame 500:1024."""
    shopper_id = visitor.account_id
    # Rendering takes its time: no connection is held meanwhile.
    async with wired.pool.connection() as reading:
        found = await own(wired, imaging, reading, coordination_id, shopper_id)
        over_time = await worn_over_time(
            reading, (*found.looks, *found.confirmed_looks), shopper_id
        )
    wearers = dict[tuple[Wearer, int | None], Worn]()  # each is read once, whatever it wore then
    looks = (found.look, *reversed(found.looks), *reversed(found.confirmed_looks))
    for (until, commodities), look in product(over_time, looks):
        key = (look.wearer, until)
        if key not in wearers:
            _, wearers[key] = await worn_by(look, imaging, shopper_id, until=until)
        worn = wearers[key]
        pieces = worn_pieces(look, commodities)
        if recipe is None or imaging.coordinator.digest(worn, pieces).startswith(recipe):
            picture = await imaging.coordinator.picture(worn, pieces)
            return Response(
                picture,
                media_type="image/webp",
                # With its recipe an address has one picture; without, that of the moment.
                headers={"Cache-Control": "private, max-age=300" if recipe else "no-store"},
            )
    raise CoordinationNotFound


@router.get("/coordinations/{coordination_id}/foreseen-picture")
async def show_foreseen_picture(
    coordination_id: str,
    wired: Wired,
    imaging: WiredImaging,
    visitor: Visiting,
    put_on: UUID | None = None,
    take_off: UUID | None = None,
) -> Response:
    """Show what a step would make of the look, for a program that wants it drawn beforehand.

    `Content-Location` is the address of the same picture once the step was taken.
    """
    try:
        reached = Reached.of(put_on, take_off)
    except ValueError as error:
        raise _invalid(error) from error
    worn, pieces = await foreseen(wired, imaging, coordination_id, visitor.account_id, reached)
    recipe = imaging.coordinator.digest(worn, pieces)[:32]
    return Response(
        await imaging.coordinator.picture(worn, pieces),
        media_type="image/webp",
        headers={
            "Cache-Control": "no-store",
            "Content-Location": f"/api/v1/coordinations/{coordination_id}/picture?recipe={recipe}",
        },
    )


@router.post("/coordinations/{coordination_id}/confirmation", status_code=status.HTTP_201_CREATED)
async def confirm_look(
    coordination_id: str,
    wired: Wired,
    imaging: WiredImaging,
    reading: Reading,
    visitor: Visiting,
    response: Response,
    body: Confirming | None = None,
) -> ConfirmedView:
    """Confirm the look as it is now, and hold its pieces until a moment: all, or none."""
    shopper_id, wanted = visitor.signed_in, body or Confirming()
    found = await own(wired, imaging, reading, coordination_id, shopper_id)
    looking = await look_at(found, found.look, reading, shopper_id)
    outcome = await confirm(
        wired,
        looking,
        shopper_id,
        reservation_id=wanted.reservation_id or new_id("reservation"),
        pieces=pieces_to_hold(looking)
        if wanted.reserve is None
        else [PieceToReserve(**piece.model_dump()) for piece in wanted.reserve],
    )
    response.headers["Boutique-Position"] = str(outcome.position)
    made = (await wired.boutique.know(OpenReservation(coordination_id=found.coordination_id))).made
    return ConfirmedView(
        **vars(await shown(looking, imaging, shopper_id)),
        reservation=None if made is None else reservation_view(made),
    )
