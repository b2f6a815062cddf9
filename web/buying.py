"""Buying a confirmed look: place, pay, and wait until the shopper can see it."""

from collections.abc import Sequence
from uuid import UUID

from domain.event import Refusal
from domain.placement import PlacePurchase, WantedPiece
from domain.ports import ConcurrentUpdate, LogFull, LogUnavailable
from domain.purchase import Purchase
from web.bootstrap import Container
from web.dependencies import NotYetProjected


class CardDeclined(Refusal):
    """The purchase ended without a sale: its pieces are back in the stock."""


class PurchaseUnderWay(Refusal):
    """Placed, and the log went away before the money was taken: that is made good later."""

    def __init__(self) -> None:
        super().__init__(
            "Your pieces are kept for you, and the payment is completed in a moment. Do not buy "
            "them a second time; look at your wardrobe in a few minutes."
        )


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
        PurchaseUnderWay: it was placed, and is settled later.
        NotYetProjected: it was paid, and cannot be shown yet.
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
    try:
        purchase = await wired.boutique.settle(purchase_id)
    except (ConcurrentUpdate, LogUnavailable, LogFull) as error:
        raise PurchaseUnderWay from error  # they say that nothing was recorded
    # Settling appends behind the placement; what was done before may be known only by its key.
    position = max(placed.position, wired.decider.position)
    is_visible = await wired.projections.wait_for(
        position, timeout_seconds=wired.settings.wait_seconds_max
    )
    if purchase.declined_because is not None:
        raise CardDeclined(purchase.declined_because)
    if not is_visible:
        raise NotYetProjected(position)  # or "not found" would be kept as the answer
    return purchase
