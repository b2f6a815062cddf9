"""Sizes of the demonstration: cut for a row of bodies, with the ease of each type."""

from collections.abc import Mapping

from domain.measures import MEASURES_OF
from domain.size_advice import EASE_OF, TAKEN_AT

_LETTERS = ("XS", "S", "M", "L", "XL")
_NUMBERS = ("34", "36", "38", "40", "42", "44")

CUT_FOR: Mapping[str, Mapping[str, float]] = {
    **{
        letter: {"chest": 82 + 6 * n, "waist": 64 + 6 * n, "hip": 88 + 6 * n}
        for n, letter in enumerate(_LETTERS)
    },
    **{
        number: {"waist": 64 + 4 * n, "hip": 90 + 4 * n, "inseam": 78 + 0.5 * n}
        for n, number in enumerate(_NUMBERS)
    },
}
"""By size, the body it is made for, cm."""

LENGTHS_OF: Mapping[str, Mapping[str, float]] = {
    "t-shirt": {"length": 66},
    "longsleeve": {"length": 66, "sleeve_length": 60},
    "shirt": {"length": 72},
    "knitwear": {"length": 64, "sleeve_length": 60},
    "outerwear": {"length": 92, "sleeve_length": 62},
}
"""Of the middle size, where all that is drawn of a type is about as long; cm."""

LONGER_BY = 1.5
"""From one size to the next, cm."""

PARIS_POINT = 2 / 3
"""What one size of shoes is longer than the one before, cm."""


def demo_measures(type_: str, size: str) -> dict[str, float]:
    """Return how large a size of a drawn commodity is; nothing of what comes in one."""
    if type_ == "shoes" and size.isdecimal():
        return {"inside_length": round(int(size) * PARIS_POINT, 1)}
    body = CUT_FOR.get(size)
    eases = EASE_OF.get(type_)
    if body is None or eases is None:
        return {}
    found = dict[str, float]()
    for at, ease in eases.items():
        name, times = TAKEN_AT[at]
        if at in body:
            found[name] = round((body[at] + ease.best) / times, 1)
    if size in _LETTERS:
        steps = _LETTERS.index(size) - len(_LETTERS) // 2
        found |= {x: cm + LONGER_BY * steps for x, cm in LENGTHS_OF.get(type_, {}).items()}
    return {name: found[name] for name in MEASURES_OF[type_] if name in found}
