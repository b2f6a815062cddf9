"""Reservations over HTTP: what is held for a shopper, and letting it go (C1c)."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response, status
from pydantic import BaseModel, Field

from domain.reservation import ReleaseReservation
from projections import reservations
from web.dependencies import AtLeast, Reading, Visiting, Wired

router = APIRouter(tags=["reservations"])

RESERVATIONS_SHOWN = 100


class PieceHeld(BaseModel):
    commodity_id: UUID
    variant_id: UUID
    quantity: int


class OpenReservation(BaseModel):
    reservation_id: UUID
    coordination_id: UUID
    expires_at: datetime = Field(description="From then on the pieces go back into the shop.")
    pieces: list[PieceHeld]


@router.get("/reservations")
async def list_reservations(
    reading: Reading, visitor: Visiting, _: AtLeast
) -> list[OpenReservation]:
    """List what is held for the visitor, newest first."""
    found = await reservations.open_reservations(
        reading, visitor.signed_in, limit=RESERVATIONS_SHOWN
    )
    return [
        OpenReservation(
            reservation_id=x.reservation_id,
            coordination_id=x.coordination_id,
            expires_at=x.expires_at,
            pieces=[
                PieceHeld(
                    commodity_id=line.commodity_id,
                    variant_id=line.variant_id,
                    quantity=line.quantity,
                )
                for line in x.lines
            ],
        )
        for x in found
    ]


@router.delete("/reservations/{reservation_id}", status_code=status.HTTP_204_NO_CONTENT)
async def release_reservation(
    reservation_id: UUID, wired: Wired, visitor: Visiting, response: Response
) -> None:
    """Let the pieces go; once the reservation has ended, nothing happens."""
    outcome = await wired.boutique.handle(
        ReleaseReservation(reservation_id=reservation_id, shopper_id=visitor.signed_in)
    )
    response.headers["Boutique-Position"] = str(outcome.position)
