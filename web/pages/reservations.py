"""Pieces that are held: paying for them while their time runs, or letting them go (C1c)."""

import math
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from domain.coordination import Coordination
from domain.event import Refusal
from domain.placement import WantedPiece
from domain.purchase import Purchase
from domain.request import new_id
from domain.reservation import HELD_FOR, ReleaseReservation, Reservation, StockReserved
from web.bootstrap import Container, Imaging
from web.buying import CardDeclined, PurchaseUnderWay, buy
from web.confirming import LookChanged, ReservationEnded, prices_of, reservation_of, seen
from web.dependencies import Visiting, Wired, WiredImaging
from web.looking import Looking, look_at, shown
from web.pages.frame import Frame, Framed, see
from web.presenting import commodity_view
from web.templating import Money

router = APIRouter(include_in_schema=False)


@router.get("/reservations/{reservation_id}")
async def show_reservation(
    reservation_id: UUID, frame: Framed, wired: Wired, imaging: WiredImaging, visitor: Visiting
) -> HTMLResponse:
    reservation, made = await reservation_of(wired, reservation_id, visitor.signed_in)
    return await _show(frame, wired, imaging, reservation, made)


async def _show(
    frame: Frame,
    wired: Container,
    imaging: Imaging,
    reservation: Reservation,
    made: StockReserved,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    """Show where held pieces are paid; or, once their time is over, how to hold them again."""
    shopper_id = frame.visitor.signed_in
    coordination = await wired.boutique.know(Coordination(coordination_id=made.coordination_id))
    look = coordination.confirmed or coordination.look
    async with wired.pool.connection() as connection:
        looking = await look_at(coordination, look, connection, shopper_id, also=made.lines)
    view = await shown(looking, imaging, shopper_id)
    now = wired.clock()
    is_held = reservation.is_open and now < made.expires_at
    prices = {x.commodity_id: looking.commodities[x.commodity_id].price_minor for x in made.lines}
    return frame.show(
        "payment.html" if is_held else "reservation_ended.html",
        {
            "reservation_id": str(made.reservation_id),
            "coordination_id": str(made.coordination_id),
            "another_reservation_id": str(new_id("reservation")),
            "purchase_id": str(new_id("purchase")),
            "lines": _lines(looking, made, is_held=is_held),
            "total": Money(sum(prices.values()), _currency(looking, made)),
            "picture_url": view.picture_url,
            "description": view.description,
            "seen": seen(prices),
            "expires_at": made.expires_at,
            "seconds_left": math.ceil((made.expires_at - now).total_seconds()),
            "seconds_held": int(HELD_FOR.total_seconds()),
            "is_overdue": now >= made.expires_at,
            "is_owned": all(line.commodity_id in looking.owned for line in made.lines),
            "cards": wired.till.cards,
            "till_note": wired.till.note,
        },
        nav="coordination",
        refusal=refusal,
    )


def _currency(looking: Looking, made: StockReserved) -> str:
    return looking.commodities[made.lines[0].commodity_id].currency


def _lines(looking: Looking, made: StockReserved, *, is_held: bool) -> list[dict[str, Any]]:
    """Return what is held, and, as long as it is, the pieces of the look that are owned already."""
    lines = [
        _line(looking, line.commodity_id, line.variant_id, is_owned=False) for line in made.lines
    ]
    if is_held:
        held = {line.commodity_id for line in made.lines}
        lines += [
            _line(looking, piece.commodity_id, piece.variant_id, is_owned=True)
            for piece in looking.look.pieces
            if piece.commodity_id in looking.owned - held
        ]
    return lines


def _line(
    looking: Looking, commodity_id: UUID, variant_id: UUID | None, *, is_owned: bool
) -> dict[str, Any]:
    commodity = commodity_view(looking.commodities[commodity_id], looking.sellers)
    return {
        "commodity": commodity,
        "size": next((v.size for v in commodity.variants if v.id == str(variant_id)), None),
        "price": commodity.price,
        "is_owned": is_owned,
    }


@router.post("/reservations/{reservation_id}/release")
async def release_reservation(reservation_id: UUID, wired: Wired, visitor: Visiting) -> Response:
    await wired.boutique.handle(
        ReleaseReservation(reservation_id=reservation_id, shopper_id=visitor.signed_in)
    )
    return see("/coordination?notice=pieces-released")


@router.post("/purchases")
async def purchase_look(
    frame: Framed,
    wired: Wired,
    imaging: WiredImaging,
    visitor: Visiting,
    purchase_id: Annotated[UUID, Form()],
    reservation_id: Annotated[UUID, Form()],
    card: Annotated[str, Form(max_length=200)],
    seen: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Purchase what is held. ``seen`` is what the shopper was shown: nothing else is charged."""
    shopper_id = visitor.signed_in
    reservation, made = await reservation_of(wired, reservation_id, shopper_id)
    try:
        await buy(
            wired,
            purchase_id=purchase_id,
            shopper_id=shopper_id,
            coordination_id=made.coordination_id,
            pieces=await _pieces(wired, reservation, made, purchase_id, seen_before=seen),
            card=card,
        )
    except (CardDeclined, PurchaseUnderWay):
        pass  # the receipt says so
    except Refusal as refusal:
        reservation, made = await reservation_of(wired, reservation_id, shopper_id)
        return await _show(frame, wired, imaging, reservation, made, refusal)
    return see(f"/purchases/{purchase_id}?at_least={wired.decider.position}")


async def _pieces(
    wired: Container,
    reservation: Reservation,
    made: StockReserved,
    purchase_id: UUID,
    *,
    seen_before: str,
) -> list[WantedPiece]:
    """Return what is to be bought: what is held, for the prices that were shown.

    Raises:
        ReservationEnded: nothing is held any more, and it was not bought by this purchase.
        LookChanged: a price is another than it was when it was shown.
    """
    # A button pressed twice leads to the same receipt: nothing is bought again.
    if (await wired.boutique.know(Purchase(purchase_id=purchase_id))).placed is not None:
        return []
    if not reservation.is_open:
        raise ReservationEnded
    prices = await prices_of(wired, made)
    if seen(prices) != seen_before:
        raise LookChanged
    return [
        WantedPiece(
            commodity_id=line.commodity_id,
            variant_id=line.variant_id,
            quantity=line.quantity,
            price_minor=prices[line.commodity_id],
        )
        for line in made.lines
    ]
