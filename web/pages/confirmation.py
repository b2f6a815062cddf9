"""Confirming a look: sizes are chosen, and its pieces are held for the shopper (C1c)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from domain.coordination import Coordination
from domain.event import Refusal
from domain.request import new_id
from domain.reservation import OpenReservation
from domain.stock import SoldOut
from web.bootstrap import Container, Imaging
from web.confirming import choose_sizes, confirm_as_seen, seen_of
from web.dependencies import Visiting, Wired, WiredImaging
from web.looking import current, look_at, shown
from web.pages.frame import Frame, Framed, see
from web.presenting import PieceView

router = APIRouter(include_in_schema=False)


@router.get("/coordination/confirmation")
async def show_confirmation(
    frame: Framed, wired: Wired, imaging: WiredImaging, visitor: Visiting
) -> Response:
    """Show the look that is about to be confirmed; one that is held already, where it is paid."""
    shopper_id = visitor.signed_in
    async with wired.pool.connection() as connection:
        found = await current(wired, imaging, connection, shopper_id)
    if not found.look.pieces:
        return see("/coordination")
    blank = OpenReservation(coordination_id=found.coordination_id)
    held = (await wired.boutique.know(blank)).made
    if held is not None and found.confirmed == found.look and wired.clock() < held.expires_at:
        return see(f"/reservations/{held.reservation_id}")
    return await _show(frame, wired, imaging, found)


async def _show(
    frame: Frame,
    wired: Container,
    imaging: Imaging,
    found: Coordination,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    shopper_id = frame.visitor.signed_in
    async with wired.pool.connection() as connection:
        looking = await look_at(found, found.look, connection, shopper_id)
    view = await shown(looking, imaging, shopper_id)
    short = refusal.variant_ids if isinstance(refusal, SoldOut) else ()
    return frame.show(
        "confirmation.html",
        {
            "coordination_id": str(found.coordination_id),
            "lines": [_line(piece, short=[str(x) for x in short]) for piece in view.pieces],
            "total": view.total,
            "picture_url": view.picture_url,
            "description": view.description,
            "reservation_id": str(new_id("reservation")),
            "seen": seen_of(looking),
        },
        nav="coordination",
        refusal=refusal,
    )


def _line(piece: PieceView, *, short: list[str]) -> dict[str, object]:
    size = next((v.size for v in piece.variants if v.id == piece.variant_id), None)
    return {
        "commodity": piece.commodity,
        "size": size,
        "is_short": piece.variant_id in short,  # somebody was faster: another size may be chosen
        "variants": piece.variants,
        "advice": piece.size_advice,
        "price": piece.commodity.price,
        "is_owned": piece.is_owned,
    }


@router.post("/coordination/confirmation")
async def confirm_look(
    request: Request,
    frame: Framed,
    wired: Wired,
    imaging: WiredImaging,
    visitor: Visiting,
    coordination_id: Annotated[UUID, Form()],
    reservation_id: Annotated[UUID, Form()],
    seen: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Confirm the look with the sizes chosen last, and hold what is not owned yet.

    ``seen`` is what the shopper was shown: nothing else is held for her.
    """
    shopper_id = visitor.signed_in
    try:
        await choose_sizes(wired, coordination_id, shopper_id, await _sizes(request))
        await confirm_as_seen(
            wired,
            coordination_id=coordination_id,
            shopper_id=shopper_id,
            reservation_id=reservation_id,
            seen=seen,
        )
    except Refusal as refusal:
        found = await wired.boutique.know(Coordination(coordination_id=coordination_id))
        if found.shopper_id != shopper_id:
            raise
        return await _show(frame, wired, imaging, found, refusal)
    return see(f"/reservations/{reservation_id}")


async def _sizes(request: Request) -> dict[str, str]:
    """Return the sizes a form chooses, by commodity."""
    return {
        name.removeprefix("size-"): value
        for name, value in (await request.form()).items()
        if name.startswith("size-") and isinstance(value, str)
    }
