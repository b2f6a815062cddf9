"""Description: the seller says what a commodity is, asked or unasked (claims C2a, C2b).

What is doubted waits for her word. Design and colours can be said anew at any time; the type only
until the commodity is offered, because from then on somebody may be wearing it.
Reading order: facts, commands, decisions; the event stands with the commodity.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from domain.classification import ASPECTS, Words, are_alike, check
from domain.commodity import (
    CommodityDescribed,
    CommodityNotFound,
    CommodityRegistered,
    FoundGarment,
    doubtful,
    of_class,
    of_garment,
)
from domain.event import Event, Fact, Known, Refusal, Tag
from domain.garment import HELD_BY, GarmentApproved, GarmentCorrected

# ----------------------------------------------------------------- facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """What a commodity is, who says so, and what of it is still doubted."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (
        CommodityRegistered,
        CommodityDescribed,
        GarmentCorrected,
        GarmentApproved,
    )

    commodity_id: UUID
    seller_id: UUID | None = None  # None: never registered
    type: str = ""
    design: str = ""
    colours: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def tag(self) -> Tag:
        return Tag("commodity", self.commodity_id)

    @property
    def is_offered(self) -> bool:
        return not self.doubts

    def evolve(self, event: Event) -> Self:
        match event:
            case CommodityRegistered() | CommodityDescribed():
                return replace(
                    self,
                    seller_id=event.seller_id,
                    type=event.type,
                    design=event.design,
                    colours=event.colours,
                    said=tuple(x for x in ASPECTS if x in (*self.said, *event.said)),
                    doubts=event.doubts,
                )
            case GarmentCorrected() | GarmentApproved():
                return replace(self, doubts=of_class(self.doubts))
            case _:
                return self


# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True, slots=True)
class DescribeCommodity:
    commodity_id: UUID
    seller_id: UUID
    words: Words
    garment: FoundGarment | None  # found anew, where the type is worn otherwise

    def needs(self) -> tuple[Fact, ...]:
        return (Description(commodity_id=self.commodity_id),)


# ------------------------------------------------------------- decisions


class TypeSettled(Refusal):
    def __init__(self, type_: str) -> None:
        super().__init__(
            "It is on offer as %(type)s, and shoppers may be wearing it. Register it once more as "
            "what it is.",
            type=type_,
        )


def describe(
    command: DescribeCommodity, known: Known, *, now: datetime
) -> tuple[CommodityDescribed, ...]:
    """Say what a commodity is; nothing happens where all that was said before.

    Raises:
        CommodityNotFound: it is not this seller's.
        CommodityNotPresentable: nobody can search by these words.
        TypeSettled: it is on offer as another type.
    """
    before = known[Description, command.commodity_id]
    if before.seller_id != command.seller_id:
        raise CommodityNotFound
    words = command.words
    check(words)
    type_ = words.type or before.type
    if before.is_offered and type_ != before.type:
        raise TypeSettled(before.type)
    event = CommodityDescribed(
        recorded_at=now,
        commodity_id=command.commodity_id,
        seller_id=command.seller_id,
        type=type_,
        design=words.design or before.design,
        colours=tuple(dict.fromkeys(words.colours)) or before.colours,
        said=words.said,
        garment=None if are_alike(type_, before.type) else command.garment,
        doubts=_doubts_left(command, before, type_),
    )
    return () if before.evolve(event) == before else (event,)


def _doubts_left(command: DescribeCommodity, before: Description, type_: str) -> tuple[str, ...]:
    unsaid = tuple(x for x in of_class(before.doubts) if x not in command.words.said)
    if are_alike(type_, before.type):
        return (*unsaid, *of_garment(before.doubts))
    if command.garment is None:  # it was of this kind a moment ago
        return (*unsaid, *HELD_BY[type_].needed)
    return (*unsaid, *doubtful(command.garment.confidences))
