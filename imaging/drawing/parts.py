"""Parts of a garment: cloth, outline, and the folds, seams and marks that lie on it."""

from dataclasses import dataclass, replace

from imaging.drawing.outlines import (
    Curve,
    Point,
    flipped,
    mirrored,
)


@dataclass(frozen=True, kw_only=True)
class Cloth:
    """Fabric, colours (``#rrggbb``, ground first), design and its size."""

    fabric: str
    colours: tuple[str, ...]
    pattern: str = "solid"
    scale: float = 1.0

    def plain(self, *, fabric: str | None = None, colour: str | None = None) -> "Cloth":
        """Give the same cloth without its design."""
        return Cloth(fabric=fabric or self.fabric, colours=(colour or self.colours[0],))


def metal(colour: str) -> Cloth:
    """Give what fittings are made of."""
    return Cloth(fabric="metal", colours=(colour,))


@dataclass(frozen=True, kw_only=True)
class Fold:
    """A ridge (depth > 0) or valley (depth < 0) along a curve, thinning out towards its end."""

    line: Curve
    width: float
    depth: float
    taper: tuple[float, float] = (1.0, 0.1)


@dataclass(frozen=True, kw_only=True)
class Seam:
    """A seam: a groove, and beside it stitches if there is thread."""

    line: Curve
    depth: float = 1.0
    width: float = 0.16
    thread: str | None = None
    pucker: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Paint laid flat on a part: a filled outline."""

    outline: Curve
    colour: str
    strength: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Part:
    """One piece of cloth.

    Attributes
    ----------
    outline : (N, 2) float64
        Closed outline in centimetres.
    cloth : Cloth
        What it is made of.
    axis : float
        Direction of the grain in degrees: 0 hangs straight down, positive swings to the right.
    depth : float
        Roundness of its cross-section: 0 flat, 1 a round cylinder.
    widen : float
        Centimetres by which the cylinder is wider than the outline on both sides.
    puff, puff_depth : float
        Width in centimetres of the rounding along its own border, and how strong.
    bow : float
        Centimetres by which the grain sags in the middle.
    folds, seams, marks
        What lies on it.
    pleats : (N, 2) curves
        Knife pleats: sharp ridges with a shadow beside.
    tone : float
        Factor on the light: below 1 for what lies inside.
    casts : float
        Strength of the shadow it throws on what lies under it.
    is_inside : bool
        Seen only while nobody wears it.
    """

    outline: Curve
    cloth: Cloth
    axis: float = 0.0
    depth: float = 0.5
    widen: float = 0.0
    puff: float = 0.0
    puff_depth: float = 1.0
    bow: float = 0.0
    folds: tuple[Fold, ...] = ()
    seams: tuple[Seam, ...] = ()
    marks: tuple[Mark, ...] = ()
    pleats: tuple[Curve, ...] = ()
    creases: float = 1.0
    tone: float = 1.0
    casts: float = 0.35
    cast_size: float = 0.5
    fade: tuple[Curve, ...] = ()
    is_inside: bool = False
    seed: int = 0
    origin: tuple[float, float] = (0.0, 0.0)


Drawing = tuple[list[Part], dict[str, Point]]
"""Parts from the lowest to the topmost, and landmarks in centimetres ``x, y``."""


def applied(  # noqa: PLR0913 (small pieces differ in just these)
    outline: Curve,
    cloth: Cloth,
    *,
    puff: float = 0.3,
    casts: float = 0.4,
    cast_size: float = 0.2,
    tone: float = 1.0,
) -> Part:
    """Lay a small flat piece on: a strap, a tab, a fitting; see ``Part``."""
    return Part(
        outline=outline,
        cloth=cloth,
        depth=0.0,
        puff=puff,
        casts=casts,
        cast_size=cast_size,
        creases=0.0,
        tone=tone,
    )


def inside(
    outline: Curve, cloth: Cloth, *, tone: float, depth: float = 0.3, creases: float = 1.0
) -> Part:
    """Lay in what is seen through an opening only while nobody wears it; see ``Part``."""
    return Part(
        outline=outline,
        cloth=cloth,
        depth=depth,
        tone=tone,
        casts=0.0,
        creases=creases,
        is_inside=True,
    )


def reflected(part: Part) -> Part:
    """Mirror a part at the middle of the picture."""
    return replace(
        part,
        outline=mirrored(part.outline),
        axis=-part.axis,
        folds=tuple(replace(fold, line=flipped(fold.line)) for fold in part.folds),
        seams=tuple(replace(seam, line=flipped(seam.line)) for seam in part.seams),
        marks=tuple(replace(mark, outline=mirrored(mark.outline)) for mark in part.marks),
        pleats=tuple(flipped(line) for line in part.pleats),
        fade=tuple(mirrored(line) for line in part.fade),
    )


def paired(*parts: Part) -> list[Part]:
    """Lay parts of the right half twice: their mirror images first."""
    return [*(reflected(part) for part in parts), *parts]


def on_both_sides(landmarks: dict[str, Point], **places: Point) -> dict[str, Point]:
    """Add a landmark and its mirror image for every place on the right."""
    for name, (x, y) in places.items():
        landmarks[f"{name}_right"] = (x, y)
        landmarks[f"{name}_left"] = (-x, y)
    return landmarks
