"""Buying a confirmed look: place, pay, and wait until the shopper can see it."""

from collections.abc import Sequence
from uuid import UUID

from domain.event import Refusal
from domain.placement import PlacePurchase, WantedPiece
from domain.purchase import Purchase
from web.bootstrap import Container


class CardDeclined(Refusal):
    """The purchase ended without a sale: its pieces are back in the stock."""


async def buy(  # noqa: PLR0913 (what a purchase is made of)
    wired: Container,
    *,
    purchase_id: UUID,
    shopper_id: UUID,
    coordination_id: UUID,
    pieces: Sequence[WantedPiece],
    card: str,
) -> Purchase:
    """Purchase pieces of a confirmed look, all of them or none.

    Raises:
        CardDeclined: the provider refused; nothing was sold.
        Refusal: a rule of the boutique said no; nothing was recorded.
    """
    placed = await wired.boutique.handle(
        PlacePurchase(
            purchase_id=purchase_id,
            shopper_id=shopper_id,
            coordination_id=coordination_id,
            pieces=tuple(pieces),
            card=card,
        )
    )
    purchase = await wired.boutique.settle(purchase_id)
    # Settling appends behind the placement, so the head covers both.
    position = max(placed.position, await wired.log.head())
    await wired.projections.wait_for(position, timeout_seconds=wired.settings.wait_seconds_max)
    if purchase.declined_because is not None:
        raise CardDeclined(purchase.declined_because)
    return purchase
