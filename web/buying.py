"""Buying a confirmed look: place, pay, and wait until the shopper can see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.event import Refusal
from domain.placement import PlacePurchase, WantedPiece
from domain.ports import ConcurrentUpdate, LogFull, LogUnavailable
from domain.purchase import Purchase
from web.bootstrap import Container


class CardDeclined(Refusal):
    """The purchase ended without a sale: its pieces are back in the stock."""


class PurchaseUnderWay(Refusal):
    """Placed, and the log went away before the money was taken: that is made good later."""

    def __init__(self) -> None:
        super().__init__(
            "Your pieces are kept for you, and the payment is completed in a moment. Do not buy "
            "them a second time; look at your wardrobe in a few minutes."
        )


@dataclass(frozen=True, kw_only=True)
class Bought:
    purchase: Purchase
    placed_at: int | None  # position; None: it was placed before
    position: int  # up to which all of it is recorded
    is_visible: bool

    @property
    def is_untouched(self) -> bool:
        """Whether it was placed and paid just now, and nothing else was done with it since."""
        purchase = self.purchase
        is_paid = purchase.is_captured and not purchase.is_cancelled
        return self.placed_at is not None and is_paid and not purchase.returns


async def buy(  # noqa: PLR0913 (what a purchase is made of)
    wired: Container,
    *,
    purchase_id: UUID,
    shopper_id: UUID,
    coordination_id: UUID,
    pieces: Sequence[WantedPiece],
    card: str,
) -> Bought:
    """Purchase pieces of a confirmed look, all of them or none; wait until they can be shown.

    Raises:
        CardDeclined: the provider refused; nothing was sold.
        PurchaseUnderWay: it was placed, and is settled later.
        Refusal: a rule of the boutique said no; nothing was recorded.
    """
    outcome, purchase = await wired.boutique.handle_and_know(
        PlacePurchase(
            purchase_id=purchase_id,
            shopper_id=shopper_id,
            coordination_id=coordination_id,
            pieces=tuple(pieces),
            card=card,
        ),
        Purchase(purchase_id=purchase_id),
    )
    try:
        purchase = await wired.boutique.settle_from(purchase)
    except (ConcurrentUpdate, LogUnavailable, LogFull) as error:
        raise PurchaseUnderWay from error  # they say that nothing was recorded
    # Settling appends behind the placement; what was done before may be known only by its key.
    position = max(outcome.position, wired.decider.position)
    is_visible = await wired.projections.wait_for(
        position, timeout_seconds=wired.settings.wait_seconds_max
    )
    if purchase.declined_because is not None:
        raise CardDeclined(purchase.declined_because)
    is_new = bool(outcome.events) and not outcome.is_repeated
    return Bought(
        purchase=purchase,
        placed_at=outcome.position if is_new else None,
        position=position,
        is_visible=is_visible,
    )
