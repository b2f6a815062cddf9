"""Measures: how large the sizes of a garment are, and how large a body is, in centimetres.

Which measures a type has, and within which bounds each one lies, is told here and nowhere else.
Reading order: vocabulary, event, checks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import UUID

from domain.event import Event, Refusal, Tag


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """Between what a measure lies that was taken in centimetres, and as it is meant."""

    least: int
    most: int


WIDTHS: Mapping[str, Bounds] = {
    "chest_width": Bounds(least=20, most=90),
    "waist_width": Bounds(least=15, most=90),
    "hip_width": Bounds(least=20, most=95),
}
"""Of a garment laid flat: half of the way round, at the armpits, the waist and the seat."""

LENGTHS: Mapping[str, Bounds] = {
    "length": Bounds(least=15, most=180),  # from the shoulder, or the waist, to the hem
    "sleeve_length": Bounds(least=5, most=100),  # from the shoulder's seam to the cuff
    "inseam": Bounds(least=3, most=120),  # from the crotch to the hem
    "inside_length": Bounds(least=8, most=40),  # of a shoe, along the sole
}

OF_A_GARMENT: Mapping[str, Bounds] = {**WIDTHS, **LENGTHS}

OF_A_BODY: Mapping[str, Bounds] = {
    "height": Bounds(least=50, most=250),
    "chest": Bounds(least=30, most=200),  # this and the next two all the way round
    "waist": Bounds(least=30, most=200),
    "hip": Bounds(least=30, most=220),
    "inseam": Bounds(least=20, most=120),  # from the crotch to the floor
    "foot": Bounds(least=8, most=38),  # from the heel to the longest toe
}

_UPPER = ("chest_width", "length", "sleeve_length")
_LEGS = ("waist_width", "hip_width", "inseam", "length")

MEASURES_OF: Mapping[str, tuple[str, ...]] = {
    "t-shirt": _UPPER,
    "longsleeve": _UPPER,
    "shirt": _UPPER,
    "top": _UPPER,
    "knitwear": _UPPER,
    "outerwear": _UPPER,
    "dress": ("chest_width", "waist_width", "hip_width", "length", "sleeve_length"),
    "skirt": ("waist_width", "hip_width", "length"),
    "trousers": _LEGS,
    "shorts": _LEGS,
    "shoes": ("inside_length",),
    "hat": (),
    "bag": (),
    "scarf": (),
    "glasses": (),
}
"""By type, what can be told of each size; nothing of what comes in one."""

# ---------------------------------------------------------------- event


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    name: str
    cm: float


@dataclass(frozen=True, kw_only=True, slots=True)
class SizeMeasures:
    """What is known of one size of a garment."""

    variant_id: UUID
    measures: tuple[Measure, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SizesMeasured(Event):
    """The seller told how large the sizes are: all that is known of them from here on."""

    TOPIC: ClassVar[str] = "sizes-measured"

    commodity_id: UUID
    seller_id: UUID
    sizes: tuple[SizeMeasures, ...]

    def tags(self) -> tuple[Tag, ...]:
        return (Tag("commodity", self.commodity_id), Tag("seller", self.seller_id))


# --------------------------------------------------------------- checks


class MeasuresNotUsable(Refusal): ...


def garment_measures(type_: str, sizes: Iterable[SizeMeasures]) -> tuple[SizeMeasures, ...]:
    """Return what can be recorded of a garment's sizes, to the millimetre.

    Raises:
        MeasuresNotUsable: the type has no such measure, or it cannot be meant.
    """
    return tuple(
        replace(size, measures=_rounded(size.measures, _bounds_of(type_, size.measures)))
        for size in sizes
        if size.measures
    )


def body_measures(measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """Return what can be kept of a body, to the millimetre.

    Raises:
        MeasuresNotUsable: there is nothing, no such measure, or it cannot be meant.
    """
    if not (given := tuple(measures)):
        raise MeasuresNotUsable("Give one of your measures at least, in centimetres.")
    for measure in given:
        if measure.name not in OF_A_BODY:
            raise MeasuresNotUsable(
                "Give measures out of these: %(measures)s.", measures=tuple(OF_A_BODY)
            )
    return _rounded(given, OF_A_BODY)


def _bounds_of(type_: str, measures: Iterable[Measure]) -> Mapping[str, Bounds]:
    known = MEASURES_OF.get(type_, ())
    for measure in measures:
        if measure.name not in known:
            raise MeasuresNotUsable(
                "Leave out the %(measure)s: of %(type)s it tells nothing.",
                measure=in_words(measure.name),
                type=type_,
            )
    return {name: OF_A_GARMENT[name] for name in known}


def _rounded(measures: Iterable[Measure], bounds: Mapping[str, Bounds]) -> tuple[Measure, ...]:
    found = dict[str, Measure]()
    for measure in measures:
        within = bounds[measure.name]
        # Written so that what is not a number fails too.
        if not within.least <= measure.cm <= within.most:
            raise _out_of(within, measure.name)
        found[measure.name] = Measure(name=measure.name, cm=round(float(measure.cm), 1))
    return tuple(found[name] for name in bounds if name in found)


def _out_of(bounds: Bounds, name: str) -> MeasuresNotUsable:
    if name in WIDTHS:
        return MeasuresNotUsable(
            "Give the %(measure)s in centimetres, %(least)s to %(most)s: of the piece laid flat, "
            "which is half of the way round.",
            measure=in_words(name),
            least=bounds.least,
            most=bounds.most,
        )
    return MeasuresNotUsable(
        "Give the %(measure)s in centimetres, %(least)s to %(most)s.",
        measure=in_words(name),
        least=bounds.least,
        most=bounds.most,
    )


def in_words(name: str) -> str:
    return name.replace("_", " ")
