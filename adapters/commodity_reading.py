"""What image workers read of commodities, in the domain's words."""

import hashlib
from collections.abc import Mapping, Sequence

from adapters.image_worker import GarmentAnswer, ReadAnswer
from domain.classification import Classification, ColourShare, Reading
from domain.commodity import Confidence, FoundGarment, Landmark, Likeness

CONFIDENCE_DIGITS = 4
PLACE_DIGITS = 5  # of a landmark's fractions: no more than a pixel can tell


def classification_of(read: ReadAnswer) -> Classification:
    return Classification(
        types=_readings(read["types"]),
        designs=_readings(read["designs"]),
        colours=_readings(read["main_colours"]),
    )


def measured_colours_of(read: ReadAnswer) -> tuple[ColourShare, ...]:
    return tuple(
        ColourShare(name=name, share=round(share, CONFIDENCE_DIGITS))
        for name, share in read["colours"]
    )


def likeness_of(read: ReadAnswer) -> Likeness:
    version, fingerprint, descriptor = read["likeness"]
    return Likeness(
        version=version,
        fingerprint=fingerprint.hex(),
        descriptor=bytes(value & 0xFF for value in descriptor).hex(),
    )


def garment_of(found: GarmentAnswer, *, image_digest: str | None) -> FoundGarment:
    return FoundGarment(
        image_digest=image_digest,
        cutout_digest=hashlib.sha256(found["cutout"]).hexdigest(),
        landmarks=landmarks_of(found["landmarks"]),
        confidences=tuple(
            Confidence(name=name, value=round(value, CONFIDENCE_DIGITS))
            for name, value in sorted(found["confidences"].items())
        ),
    )


def landmarks_of(places: Mapping[str, tuple[float, float]]) -> tuple[Landmark, ...]:
    """Return landmarks that were found as events have them, by name."""
    return tuple(
        Landmark(name=name, row=_within(row), col=_within(col))
        for name, (row, col) in sorted(places.items())
    )


def _within(fraction: float) -> float:
    """Keep a landmark that was found in the picture."""
    return round(min(max(fraction, 0.0), 1.0), PLACE_DIGITS)


def _readings(told: Sequence[tuple[str, float]]) -> tuple[Reading, ...]:
    return tuple(
        Reading(name=name, confidence=round(confidence, CONFIDENCE_DIGITS))
        for name, confidence in told
    )
