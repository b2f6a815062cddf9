"""Measuring: the seller tells how large the sizes of a commodity are, and mends it (C2a).

The event stands with the ``measures``. Reading order: facts, commands, decisions.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from domain.commodity import CommodityDescribed, CommodityNotFound, CommodityRegistered
from domain.event import Event, Fact, Known, Tag
from domain.measures import SizeMeasures, SizesMeasured, garment_measures
from domain.stock import VariantNotFound

# ----------------------------------------------------------------- facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizes:
    """In which sizes a commodity comes, and how large they are."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (
        CommodityRegistered,
        CommodityDescribed,
        SizesMeasured,
    )

    commodity_id: UUID
    seller_id: UUID | None = None  # None: never registered
    type: str = ""
    variant_ids: tuple[UUID, ...] = ()
    measured: tuple[SizeMeasures, ...] = ()

    @property
    def tag(self) -> Tag:
        return Tag("commodity", self.commodity_id)

    def evolve(self, event: Event) -> Self:
        match event:
            case CommodityRegistered():
                return replace(
                    self,
                    seller_id=event.seller_id,
                    type=event.type,
                    variant_ids=tuple(x.variant_id for x in event.variants),
                )
            case CommodityDescribed():
                return replace(self, type=event.type)
            case SizesMeasured():
                return replace(self, measured=event.sizes)
            case _:
                return self


# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasureSizes:
    """Tell all that is known of a commodity's sizes; what is left out is not known any more."""

    commodity_id: UUID
    seller_id: UUID
    sizes: tuple[SizeMeasures, ...]

    def needs(self) -> tuple[Fact, ...]:
        return (Sizes(commodity_id=self.commodity_id),)


# ------------------------------------------------------------- decisions


def measure(command: MeasureSizes, known: Known, *, now: datetime) -> tuple[SizesMeasured, ...]:
    """Record how large the sizes are; nothing happens where all that was told before.

    Raises:
        CommodityNotFound: it is not this seller's.
        VariantNotFound: it does not come in one of these sizes.
        MeasuresNotUsable: the type has no such measure, or it cannot be meant.
    """
    before = known[Sizes, command.commodity_id]
    if before.seller_id != command.seller_id:
        raise CommodityNotFound
    given = {size.variant_id: size for size in command.sizes}
    if not given.keys() <= set(before.variant_ids):
        raise VariantNotFound
    in_order = (given[x] for x in before.variant_ids if x in given)
    sizes = garment_measures(before.type, in_order)
    if sizes == before.measured:
        return ()
    return (
        SizesMeasured(
            recorded_at=now,
            commodity_id=command.commodity_id,
            seller_id=command.seller_id,
            sizes=sizes,
        ),
    )
