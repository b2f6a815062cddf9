"""Cuts: the measures, in centimetres, that make one silhouette differ from another."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TopCut:
    """Upper garments and dresses, laid at the shoulder line (y = 0); widths are halves.

    ``neck``: crew, scoop, boat, v, square, turtle, strap, collar, camp, stand, hood, lapel, bomber.
    ``closure``: none, buttons, half, zip, double, wrap, snaps.
    ``pockets``: none, chest, flaps, patch, welt, kangaroo.
    ``hem_style``: plain, rib, tail (a shirt's curved hem).
    """

    length: float = 66.0
    chest: float = 22.2
    waist: float = 21.2
    waist_at: float = 42.0
    hip: float = 22.2
    hem: float = 22.6
    shoulder: float = 20.2
    slope: float = 5.4
    armhole: float = 24.0
    neck_width: float = 8.8
    neck_depth: float = 8.6
    neck: str = "crew"
    sleeve: float = 0.0
    bicep: float = 16.0
    cuff: float = 9.5
    swing: float = 17.0
    cuff_style: str = "plain"
    closure: str = "none"
    pockets: str = "none"
    hem_style: str = "plain"
    seam_at: float = 0.0
    gathers: float = 0.0
    belt: bool = False
    quilted: float = 0.0
    yoke: bool = False
    darts: bool = False
    button: str = "#e9e2d4"
    thread: str | None = None
    inside: str | None = None
    trim: str | None = None


@dataclass(frozen=True, kw_only=True)
class LegCut:
    """Trousers and shorts, laid at the waist (y = 0); ``waist``, ``hip`` are halves."""

    length: float = 102.0
    waist: float = 18.5
    hip: float = 24.5
    rise: float = 27.0
    thigh: float = 24.0
    knee: float = 22.0
    ankle: float = 20.0
    spread: float = 1.6
    style: str = "chino"
    closure: str = "button"
    cuffed: bool = False
    thread: str | None = None
    button: str = "#8a6f4d"


@dataclass(frozen=True, kw_only=True)
class SkirtCut:
    """Skirts, laid at the waist (y = 0); widths are halves."""

    length: float = 70.0
    waist: float = 17.0
    hip: float = 23.0
    hem: float = 33.0
    style: str = "flared"
    thread: str | None = None
    button: str = "#e9e2d4"


@dataclass(frozen=True, kw_only=True)
class ShoeCut:
    """A pair of shoes. ``style``: sneaker, loafer, derby, boot, ballet, sandal."""

    style: str = "sneaker"
    sole: str = "#f2efe8"
    lace: str = "#f6f3ec"


@dataclass(frozen=True, kw_only=True)
class HatCut:
    """A hat. ``style``: beanie, bucket, fedora, cap, boater, beret."""

    style: str = "beanie"
    band: str = "#2a2724"


@dataclass(frozen=True, kw_only=True)
class BagCut:
    """A bag. ``style``: tote, shopper, bucket, satchel, crescent, backpack."""

    style: str = "tote"
    metal: str = "#c9a86a"
    lining: str = "#3b332b"


@dataclass(frozen=True, kw_only=True)
class ScarfCut:
    """A scarf. ``style``: fringed, plain, square."""

    style: str = "fringed"
    length: float = 92.0


Cut = TopCut | LegCut | SkirtCut | ShoeCut | HatCut | BagCut | ScarfCut
