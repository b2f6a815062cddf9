"""Stock: pieces of a variant that a seller receives after the commodity was registered.

Reading order: commands, decisions. The event stands in ``commodity``; how much is left, which
purchases change too, is a fact of ``purchase``.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.commodity import QUANTITY_MAX, CommodityNotFound, Offer, StockReceived
from domain.event import Fact, Known, Refusal

# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True)
class ReceiveStock:
    seller_id: UUID
    commodity_id: UUID
    variant_id: UUID
    quantity: int

    def needs(self) -> tuple[Fact, ...]:
        return (Offer(commodity_id=self.commodity_id),)


# ------------------------------------------------------------- decisions


class NotTheSeller(Refusal):
    def __init__(self) -> None:
        super().__init__("Only the seller of a commodity may change its stock.")


class VariantNotFound(Refusal):
    def __init__(self) -> None:
        super().__init__("This commodity has no such size. Choose one of the sizes it is shown in.")


class QuantityOutOfRange(Refusal): ...


def receive(command: ReceiveStock, known: Known, *, now: datetime) -> tuple[StockReceived, ...]:
    """Add pieces to a variant's stock.

    Raises:
        CommodityNotFound, VariantNotFound: there is nothing to receive stock for.
        NotTheSeller: the commodity is somebody else's.
        QuantityOutOfRange: not a positive number of pieces.
    """
    offer = known[Offer(commodity_id=command.commodity_id)]
    if offer.seller_id is None:
        raise CommodityNotFound
    if offer.seller_id != command.seller_id:
        raise NotTheSeller
    if not offer.has_variant(command.variant_id):
        raise VariantNotFound
    if not 1 <= command.quantity <= QUANTITY_MAX:
        raise QuantityOutOfRange(f"Receive 1 to {QUANTITY_MAX} pieces at a time.")
    return (
        StockReceived(
            recorded_at=now,
            variant_id=command.variant_id,
            commodity_id=command.commodity_id,
            seller_id=command.seller_id,
            quantity=command.quantity,
        ),
    )
