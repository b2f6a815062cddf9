"""Garment: a commodity as it is worn. Its seller looks at what was found, and mends it.

A commodity with something doubtful waits: it is not offered until its seller has approved or
corrected it, and said what it is where that was doubtful too (``description``). Reading order:
landmarks, events, facts, commands, decisions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from domain.commodity import (
    CommodityDescribed,
    CommodityNotFound,
    CommodityRegistered,
    Landmark,
    of_class,
    of_garment,
)
from domain.event import Event, Fact, Known, Refusal, Tag

# ------------------------------------------------------------- landmarks


def _both(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{side}" for name in names for side in ("left", "right"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """By which landmarks a type is held; left and right are as seen in the picture."""

    needed: tuple[str, ...] = ()
    further: tuple[str, ...] = ()  # where the piece has them, such as sleeves

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.needed, *self.further)


_TORSO = (*_both("collar", "shoulder", "armpit", "waist", "hem"), "neckline", "hem_centre")
_SLEEVES = _both("elbow_outer", "elbow_inner", "cuff_outer", "cuff_inner")
_UPPER = Held(needed=_TORSO, further=_SLEEVES)
_LEGS = Held(
    needed=(*_both("waist", "hip", "hem_outer", "hem_inner"), "waist_centre", "crotch"),
    further=_both("knee_outer", "knee_inner"),
)

HELD_BY: Mapping[str, Held] = {
    "t-shirt": _UPPER,
    "longsleeve": _UPPER,
    "shirt": _UPPER,
    "knitwear": _UPPER,
    "top": _UPPER,
    "outerwear": _UPPER,
    "dress": Held(needed=(*_TORSO, *_both("hip")), further=_SLEEVES),
    "skirt": Held(needed=(*_both("waist", "hip", "hem"), "waist_centre", "hem_centre")),
    "trousers": _LEGS,
    "shorts": _LEGS,
    "shoes": Held(needed=_both("opening", "toe", "sole_outer", "sole_inner")),
    "hat": Held(needed=("top", *_both("brim", "band"))),
    "bag": Held(needed=("handle", "base", *_both("side"))),
    "scarf": Held(needed=(*_both("neck", "end"), "knot")),
    "glasses": Held(),
}
"""By type; ``imaging.garment`` tells where on a garment each of them is."""

# ---------------------------------------------------------------- events


@dataclass(frozen=True, kw_only=True, slots=True)
class GarmentEvent(Event):
    commodity_id: UUID
    seller_id: UUID

    def tags(self) -> tuple[Tag, ...]:
        return (Tag("commodity", self.commodity_id), Tag("seller", self.seller_id))


@dataclass(frozen=True, kw_only=True, slots=True)
class GarmentCorrected(GarmentEvent):
    """From here on new looks wear the commodity like this; older ones stay as they were."""

    TOPIC: ClassVar[str] = "garment-corrected"

    cutout_digest: str  # as in ``CommodityRegistered``; the one before, if only landmarks moved
    landmarks: tuple[Landmark, ...]  # all of them, by name


@dataclass(frozen=True, kw_only=True, slots=True)
class GarmentApproved(GarmentEvent):
    """The seller has looked at how it is worn, which was doubtful, and it is right."""

    TOPIC: ClassVar[str] = "garment-approved"


# ----------------------------------------------------------------- facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Garment:
    """A commodity as new looks wear it, and what its seller still has to look at."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (
        CommodityRegistered,
        CommodityDescribed,
        GarmentCorrected,
        GarmentApproved,
    )

    commodity_id: UUID
    seller_id: UUID | None = None  # None: never registered
    type: str = ""
    cutout_digest: str = ""
    landmarks: tuple[Landmark, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def tag(self) -> Tag:
        return Tag("commodity", self.commodity_id)

    @property
    def awaits_review(self) -> bool:
        return bool(self.doubts)

    def evolve(self, event: Event) -> Self:
        match event:
            case CommodityRegistered():
                return replace(
                    self,
                    seller_id=event.seller_id,
                    type=event.type,
                    cutout_digest=event.cutout_digest,
                    landmarks=event.landmarks,
                    doubts=event.doubts,
                )
            case CommodityDescribed():
                found = event.garment or self
                return replace(
                    self,
                    type=event.type,
                    cutout_digest=found.cutout_digest,
                    landmarks=found.landmarks,
                    doubts=event.doubts,
                )
            case GarmentCorrected():
                return replace(
                    self,
                    cutout_digest=event.cutout_digest,
                    landmarks=event.landmarks,
                    doubts=of_class(self.doubts),
                )
            case GarmentApproved():
                return replace(self, doubts=of_class(self.doubts))
            case _:
                return self


# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True, slots=True)
class GarmentCommand:
    commodity_id: UUID
    seller_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (Garment(commodity_id=self.commodity_id),)


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectGarment(GarmentCommand):
    landmarks: tuple[Landmark, ...]
    cutout_digest: str | None  # None: the cut-out stays as it is


class ApproveGarment(GarmentCommand): ...


# ------------------------------------------------------------- decisions


class GarmentNotWearable(Refusal): ...


def correct(
    command: CorrectGarment, known: Known, *, now: datetime
) -> tuple[GarmentCorrected, ...]:
    """Hold the garment by other landmarks, or give it another outline; nothing if both stay.

    Raises:
        CommodityNotFound: it is not this seller's.
        GarmentNotWearable: it could not be worn by these landmarks.
    """
    garment = _own(command, known)
    landmarks = _sorted(command.landmarks)
    cutout_digest = command.cutout_digest or garment.cutout_digest
    if (cutout_digest, landmarks) == (garment.cutout_digest, _sorted(garment.landmarks)):
        return ()
    _check_names(garment.type, [x.name for x in landmarks])
    _check_places(landmarks)
    return (
        GarmentCorrected(
            recorded_at=now,
            commodity_id=command.commodity_id,
            seller_id=command.seller_id,
            cutout_digest=cutout_digest,
            landmarks=landmarks,
        ),
    )


def approve(command: ApproveGarment, known: Known, *, now: datetime) -> tuple[GarmentApproved, ...]:
    """Say that how it is worn is right; nothing happens when that is not doubted.

    Raises:
        CommodityNotFound: it is not this seller's.
    """
    if not of_garment(_own(command, known).doubts):
        return ()
    return (
        GarmentApproved(
            recorded_at=now, commodity_id=command.commodity_id, seller_id=command.seller_id
        ),
    )


def _own(command: GarmentCommand, known: Known) -> Garment:
    """Return the garment, looked up through its seller."""
    garment = known[Garment, command.commodity_id]
    if garment.seller_id != command.seller_id:
        raise CommodityNotFound
    return garment


def _sorted(landmarks: Iterable[Landmark]) -> tuple[Landmark, ...]:
    return tuple(sorted(landmarks, key=lambda x: x.name))


def in_words(name: str) -> str:
    """Write the name of a landmark as people say it, e.g. ``left outer cuff``."""
    return " ".join(reversed(name.split("_")))


def _check_names(type_: str, names: list[str]) -> None:
    held = HELD_BY.get(type_, Held())
    if len(set(names)) < len(names):
        raise GarmentNotWearable("Give each landmark once.")
    if unknown := [name for name in names if name not in held.all]:
        raise GarmentNotWearable(
            "A %(type)s has no %(landmarks)s. Leave that out.",
            type=type_,
            landmarks=tuple(map(in_words, unknown[:3])),
        )
    if missing := [name for name in held.needed if name not in names]:
        raise GarmentNotWearable(
            "Give these landmarks too: %(landmarks)s.", landmarks=tuple(map(in_words, missing))
        )


def _check_places(landmarks: tuple[Landmark, ...]) -> None:
    # Written so that what is not a number fails too: it could not be read from the log again.
    if not all(0 <= place <= 1 for x in landmarks for place in (x.row, x.col)):
        raise GarmentNotWearable("Give landmarks as fractions of the image, 0 to 1.")
    found = {x.name: x for x in landmarks}
    for name, left in found.items():
        right = found.get(name.removesuffix("_left") + "_right")
        if name.endswith("_left") and right is not None and left.col >= right.col:
            raise GarmentNotWearable(
                "Put the %(landmark)s left of the %(other_landmark)s, "
                "as they are seen in the picture.",
                landmark=in_words(name),
                other_landmark=in_words(right.name),
            )
