"""What can be done about a purchase afterwards: cancel it, return pieces, refund them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection

from domain.payment import GrantRefund
from domain.ports import ConcurrentUpdate, LogFull, LogUnavailable, PaymentUnavailable
from domain.purchase import (
    CancelPurchase,
    PiecesBack,
    Purchase,
    ReturnPieces,
)
from projections import commodity_index, returns
from web.bootstrap import Container
from web.dependencies import Visitor
from web.templating import Money

logger = logging.getLogger(__name__)

RETURNS_SHOWN = 30


async def cancel(wired: Container, *, purchase_id: UUID, shopper_id: UUID) -> int:
    """Cancel a purchase and let go of its money; return the position to look at.

    Raises:
        Refusal: a rule of the boutique said no.
    """
    await wired.boutique.handle(CancelPurchase(purchase_id=purchase_id, shopper_id=shopper_id))
    return await _settled(wired, purchase_id)


async def take_back(
    wired: Container,
    *,
    return_id: UUID,
    purchase_id: UUID,
    shopper_id: UUID,
    pieces: Sequence[PiecesBack],
) -> int:
    """Take pieces back into the stock; return the position to look at.

    Raises:
        Refusal: a rule of the boutique said no.
    """
    await wired.boutique.handle(
        ReturnPieces(
            return_id=return_id,
            purchase_id=purchase_id,
            shopper_id=shopper_id,
            pieces=tuple(pieces),
        )
    )
    return await _seen(wired)


async def refund(
    wired: Container, granting: Visitor, *, purchase_id: UUID, refund_id: UUID, amount_minor: int
) -> int:
    """Grant a refund, and have it paid at once if that can be; return the position to look at.

    Raises:
        NotAllowed: whoever grants is neither seller nor operator.
        Refusal: a rule of the boutique said no.
    """
    await wired.boutique.handle(
        GrantRefund(
            purchase_id=purchase_id,
            refund_id=refund_id,
            amount_minor=amount_minor,
            seller_id=None if granting.role == "operator" else granting.as_role("seller"),
        )
    )
    return await _settled(wired, purchase_id)


async def _settled(wired: Container, purchase_id: UUID) -> int:
    """Arrange what is due with the payment provider; if that cannot be now, it is done later."""
    try:
        await wired.boutique.settle(purchase_id)
    except (PaymentUnavailable, ConcurrentUpdate, LogUnavailable, LogFull) as error:
        logger.warning("purchase %s is settled later: %s", purchase_id, error)
    return await _seen(wired)


async def _seen(wired: Container) -> int:
    """Wait until everybody can see what was done; return its position."""
    position = wired.decider.position
    await wired.projections.wait_for(position, timeout_seconds=wired.settings.wait_seconds_max)
    return position


# ---------------------------------------------------------- for the seller


@dataclass(kw_only=True)
class ReturnedPiece:
    name: str
    size: str
    quantity: int
    worth: Money
    returned_at: datetime


@dataclass(kw_only=True)
class ReturnsOfPurchase:
    """What came back of a purchase, as one of its sellers sees it."""

    purchase_id: UUID
    pieces: list[ReturnedPiece]
    refundable: Money  # what she may still grant


async def returns_of(
    wired: Container, connection: AsyncConnection, seller_id: UUID
) -> list[ReturnsOfPurchase]:
    """Return what came back of a seller's pieces, by purchase, newest first."""
    found = await returns.returns_of_seller(connection, seller_id, limit=RETURNS_SHOWN)
    commodities = await commodity_index.commodities_by_id(
        connection, [x.commodity_id for x in found]
    )
    shown = dict[UUID, ReturnsOfPurchase]()
    for x in found:
        if x.purchase_id not in shown:
            shown[x.purchase_id] = await _returns_of_purchase(wired, x.purchase_id, seller_id)
        of = shown[x.purchase_id]
        commodity = commodities[x.commodity_id]
        of.pieces.append(
            ReturnedPiece(
                name=commodity.name,
                size=next(v.size for v in commodity.variants if v.variant_id == x.variant_id),
                quantity=x.quantity,
                worth=Money(x.price_minor * x.quantity, of.refundable.currency),
                returned_at=x.returned_at,
            )
        )
    return list(shown.values())


async def _returns_of_purchase(
    wired: Container, purchase_id: UUID, seller_id: UUID
) -> ReturnsOfPurchase:
    purchase = await wired.boutique.know(Purchase(purchase_id=purchase_id))
    assert purchase.placed is not None  # or nothing of it could have come back
    return ReturnsOfPurchase(
        purchase_id=purchase_id,
        pieces=[],
        refundable=Money(purchase.refundable_minor_by(seller_id), purchase.placed.currency),
    )
