"""Harmony: which commodities go with each other by colour and design, and why, in words (C1b).

Colours are told apart as in OKLCh: by hue where they have much chroma, by quiet where they have
little. The rules are those of the colour circle, which painters and tailors share: a neutral goes
with everything, and so do one hue in two lights, neighbours, and opposites.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.look import are_worn_together
from domain.sentence import Sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Hue:
    """Chroma (0 to about 0.37) and hue (degrees) of a colour in OKLCh."""

    chroma: float
    angle: float


HUES: Mapping[str, Hue] = {
    "black": Hue(chroma=0.0, angle=0),
    "white": Hue(chroma=0.01, angle=89),
    "grey": Hue(chroma=0.0, angle=0),
    "beige": Hue(chroma=0.05, angle=82),
    "brown": Hue(chroma=0.08, angle=53),
    "red": Hue(chroma=0.19, angle=26),
    "orange": Hue(chroma=0.16, angle=49),
    "yellow": Hue(chroma=0.15, angle=92),
    "green": Hue(chroma=0.1, angle=141),
    "turquoise": Hue(chroma=0.1, angle=192),
    "blue": Hue(chroma=0.12, angle=256),
    "navy": Hue(chroma=0.08, angle=268),
    "purple": Hue(chroma=0.12, angle=312),
    "pink": Hue(chroma=0.1, angle=5),
}
"""Of what each name stands for; ``imaging.colours`` has the swatches."""

NEUTRAL_TO, QUIET_TO = 0.06, 0.09
"""Chroma up to which a colour is neutral, and up to which it is quiet."""

SAME_TO, NEIGHBOUR_TO, OPPOSITE_FROM = 15, 65, 135
"""Degrees between two hues."""

BEST, GOOD, FAIR = 3, 2, 1
PICKED_UP = 2
"""How much a pattern adds in which the other piece's colour comes back."""

REASONS: Mapping[str, str] = {
    "one-tone": "%(Colour)s throughout: one tone, calm and long.",
    "two-neutrals": "%(Colour)s beside %(other_colour)s: two neutrals.",
    "neutral-and-quiet": "%(Colour)s beside %(other_colour)s: a neutral next to a quiet colour.",
    "neutral-and-loud": (
        "%(Colour)s beside %(other_colour)s: a neutral, so the %(louder_colour)s speaks."
    ),
    "one-hue": "%(Colour)s beside %(other_colour)s: one hue, lighter and darker.",
    "opposites": "%(Colour)s beside %(other_colour)s: opposites, each lifts the other.",
    "neighbours": "%(Colour)s beside %(other_colour)s: neighbours on the colour circle.",
    "quiet-and-strong": (
        "%(Colour)s beside %(other_colour)s: a quiet colour steadies a strong one."
    ),
    "picked-up": "It picks up the %(colour)s of the %(type)s.",
}
"""Why two commodities go together, by the rule that says so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Traits:
    """Of a commodity, what counts here."""

    type: str
    design: str
    colours: tuple[str, ...]  # main colour first


@dataclass(frozen=True, kw_only=True, slots=True)
class Harmony:
    """That two commodities go together: how well, and why."""

    score: int
    reasons: tuple[Sentence, ...]

    @property
    def words(self) -> str:
        return " ".join(map(str, self.reasons))


def harmony(one: Traits, other: Traits) -> Harmony | None:
    """Tell how two commodities go together; None where they do not, or are not worn together."""
    if not are_worn_together(one.type, other.type):
        return None
    colours = colour_harmony(one.colours[0], other.colours[0])
    designs = _design_harmony(one, other)
    if colours is None or designs is None:
        return None
    return Harmony(
        score=colours.score + designs.score,
        reasons=(*colours.reasons, *designs.reasons),
    )


def colour_harmony(one: str, other: str) -> Harmony | None:
    """Tell how two colours go together, by name; None where they fight."""
    chromas = (HUES[one].chroma, HUES[other].chroma)
    neutrals = sum(chroma <= NEUTRAL_TO for chroma in chromas)
    is_quiet = any(NEUTRAL_TO < chroma <= QUIET_TO for chroma in chromas)
    apart = abs(HUES[one].angle - HUES[other].angle)
    apart = min(apart, 360 - apart)
    louder = max((one, other), key=lambda name: HUES[name].chroma)
    rules = (
        (one == other, FAIR, "one-tone"),
        (neutrals == len(chromas), GOOD, "two-neutrals"),
        (neutrals and is_quiet, BEST, "neutral-and-quiet"),
        (neutrals, GOOD, "neutral-and-loud"),
        (apart <= SAME_TO, BEST, "one-hue"),
        (apart >= OPPOSITE_FROM, GOOD, "opposites"),
        (apart <= NEIGHBOUR_TO, GOOD, "neighbours"),
        (is_quiet, FAIR, "quiet-and-strong"),
    )
    fields = {"Colour": one.capitalize(), "other_colour": other, "louder_colour": louder}
    return next(
        (
            Harmony(score=score, reasons=(Sentence(REASONS[rule], fields),))
            for holds, score, rule in rules
            if holds
        ),
        None,
    )


def _design_harmony(one: Traits, other: Traits) -> Harmony | None:
    """Tell how two designs go together: one pattern at a time, at best in the other's colour."""
    patterned = [x for x in (one, other) if x.design != "solid"]
    if len(patterned) == 2:
        return None
    if not patterned:
        return Harmony(score=0, reasons=())
    plain = other if patterned[0] is one else one
    if plain.colours[0] in patterned[0].colours:
        picked_up = Sentence(
            REASONS["picked-up"], {"colour": plain.colours[0], "type": patterned[0].type}
        )
        return Harmony(score=PICKED_UP, reasons=(picked_up,))
    return Harmony(score=0, reasons=())


def suiting_colours(colour: str) -> tuple[str, ...]:
    """Return the colours that go with one, the best first."""
    found = {name: colour_harmony(colour, name) for name in HUES}
    suiting = {name: x.score for name, x in found.items() if x is not None}
    return tuple(sorted(suiting, key=lambda name: -suiting[name]))
