"""Shown size: by how much a size looks larger, or smaller, than the piece in its image (C1b).

An image shows one size, and a look fits it to its wearer. So what is shown as it is in its image is
the size that fits her, by her measures, or else the middle one; the others differ by as much as
they are measured to. What is not known changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.size_advice import EASE_OF, TAKEN_AT, Size

WIDTH_LEAST, WIDTH_MOST = 0.95, 1.16
LENGTH_LEAST, LENGTH_MOST = 0.9, 1.12
"""How far a size may differ: cloth is no narrower than whoever is in it, and a picture of a piece
says nothing of one that is quite another."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownSize:
    """Of what is no sleeve of a fitted garment, relative to how it is fitted."""

    length: float = 1.0
    width: float = 1.0


AS_IN_ITS_IMAGE = ShownSize()


def shown_size(
    type_: str, sizes: Sequence[Size], variant_id: UUID | None, body: Mapping[str, float]
) -> ShownSize:
    """Tell how large a size is shown on whoever has this body, of which nothing may be known."""
    at = next(iter(EASE_OF.get(type_, ())), None)
    if at is None or type_ == "shoes":  # they stand on the feet they are shown on
        return AS_IN_ITS_IMAGE
    width, times = TAKEN_AT[at]
    measured = sorted((x for x in sizes if width in x.measures), key=lambda x: x.measures[width])
    chosen = next((x for x in measured if x.variant_id == variant_id), None)
    if chosen is None or len(measured) < 2:
        return AS_IN_ITS_IMAGE
    middle = measured[(len(measured) - 1) // 2].measures
    fitting = (body[at] + EASE_OF[type_][at].best) / times if at in body else middle[width]
    lengths = [x.get("length") for x in (chosen.measures, middle)]
    length = lengths[0] / lengths[1] if lengths[0] and lengths[1] else 1.0
    return ShownSize(
        length=_within(length, LENGTH_LEAST, LENGTH_MOST),
        width=_within(chosen.measures[width] / fitting, WIDTH_LEAST, WIDTH_MOST),
    )


def _within(value: float, least: float, most: float) -> float:
    return round(max(least, min(value, most)), 4)
