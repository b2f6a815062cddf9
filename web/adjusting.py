"""Adjusting: how the screen and programs say that a piece is worn otherwise."""

from collections.abc import Mapping
from math import isfinite, nan

from domain.look import Placement

NUDGE = 0.006
"""How far a press of a button moves a piece, in heights of the picture."""

CHANGES: Mapping[str, Placement | None] = {
    "up": Placement(down=-NUDGE),
    "down": Placement(down=NUDGE),
    "left": Placement(right=-NUDGE),
    "right": Placement(right=NUDGE),
    "larger": Placement(scale=1.03),
    "smaller": Placement(scale=1 / 1.03),
    "over": Placement(level=1),
    "under": Placement(level=-1),
    "tuck": Placement(tucked=True),  # in, or loose again
    "open": Placement(opened=True),  # or closed again
    "reset": None,
}
"""What the buttons beside a piece change."""


def change_of(text: str) -> Placement | None:
    """Read a change of how a piece is worn: a word, or ``<down>,<right>,<scale>``.

    Raises:
        ValueError: it is none of them.
    """
    if text in CHANGES:
        return CHANGES[text]
    try:
        down, right, scale = map(float, text.split(","))
    except ValueError:
        down = right = scale = nan
    if not all(map(isfinite, (down, right, scale))) or scale <= 0:
        raise ValueError(
            f"Send a change as one of {', '.join(CHANGES)}, or as <down>,<right>,<scale>"
            " in heights of the picture."
        )
    return Placement(down=down, right=right, scale=scale)
