"""Weaves: micro relief and yarns of every fabric, at garment coordinates."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from imaging.drawing.fabrics import Fabric
from imaging.drawing.noise import Field, clipped, fraction, sampled

_TAU = np.float32(2 * np.pi)


def _visible(period: float, px_per_cm: float) -> float:
    """Fade a relief out where its period nears the pixel, else it would show as moiré."""
    return float(np.clip((period * px_per_cm - 1.6) / 2.0, 0.0, 1.0))


def _cables(u: Field, v: Field) -> tuple[Field, Field]:
    """Lay three braided ropes down the front; where they lie, plain stitches recede."""
    ropes = np.zeros_like(u)
    for centre in (-8.4, 0.0, 8.4):
        for turn in range(3):
            phase = _TAU * v * np.float32(1 / 6.6) + _TAU * np.float32(turn / 3)
            away = u - np.float32(centre) - np.sin(phase) * np.float32(1.35)
            lift = np.float32(0.72) + np.float32(0.28) * np.cos(phase * 2)
            rope = clipped(1 - (away * np.float32(1 / 0.78)) ** 2)
            ropes = np.maximum(ropes, np.sqrt(rope) * lift)
    gaps = 1 - clipped(ropes * np.float32(0.8))
    return ropes.astype(np.float32), gaps.astype(np.float32)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Yarns:
    """Where yarns lie: coordinates, stitches per centimetre, how much shows, fine noise."""

    fabric: Fabric
    u: Field
    v: Field
    p: np.float32
    shown: np.float32
    fine: Field


def _knit(at: _Yarns) -> tuple[Field, Field]:
    """Knit V-shaped stitches, or braid cables out of them."""
    cu, cv = at.u * at.p, at.v * at.p * np.float32(1.25)
    half = np.abs(fraction(cu) - np.float32(0.5)) * 2
    leg = np.sin(np.pi * fraction(cu * 2)) ** 2
    loop = np.float32(0.5) - np.float32(0.5) * np.cos(_TAU * fraction(cv + half * np.float32(0.8)))
    height = (leg * (np.float32(0.35) + np.float32(0.65) * loop)) * np.float32(0.34) * at.shown
    height = height + at.fine * np.float32(0.022)
    tone = (
        1
        + (leg * (np.float32(0.4) + loop * np.float32(0.6)) - np.float32(0.35))
        * np.float32(0.30)
        * at.shown
    )
    if at.fabric.weave == "cable":
        ropes, gaps = _cables(at.u, at.v)
        height = height * gaps + ropes * np.float32(1.5)
        tone = tone * (np.float32(0.90) + np.float32(0.12) * clipped(ropes * 2))
    return height, tone


def _rib(at: _Yarns) -> tuple[Field, Field]:
    """Knit ribs."""
    wave = np.cos(_TAU * at.u * at.p)
    height = wave * np.float32(0.20) * at.shown + at.fine * np.float32(0.02)
    tone = 1 + wave * np.float32(0.13) * at.shown
    return height, tone


def _corduroy(at: _Yarns) -> tuple[Field, Field]:
    """Weave wales."""
    wave = np.sqrt(np.abs(np.sin(np.pi * at.u * at.p)) + np.float32(0.02))
    height = wave * np.float32(0.3) * at.shown + at.fine * np.float32(0.02)
    tone = np.float32(0.84) + wave * np.float32(0.22)
    return height, tone


def _twill(at: _Yarns) -> tuple[Field, Field]:
    """Weave diagonal lines, with uneven yarns."""
    wave = np.sin(_TAU * (at.u + at.v * np.float32(0.9)) * at.p)
    warp = sampled(at.u, at.v, grain=(0.07, 1.6), seed=2)
    height = wave * np.float32(0.10) * at.shown + at.fine * np.float32(0.02)
    tone = 1 + np.float32(at.fabric.melange) * (
        warp * np.float32(0.6) + at.fine * np.float32(0.6) + wave * at.shown * np.float32(0.7)
    )
    return height, tone


def _herringbone(at: _Yarns) -> tuple[Field, Field]:
    """Weave a zigzag."""
    zigzag = np.abs(fraction(at.u * at.p * np.float32(0.16)) - np.float32(0.5)) * np.float32(12.5)
    wave = np.sin(_TAU * (zigzag + at.v * at.p))
    height = wave * np.float32(0.10) * at.shown + at.fine * np.float32(0.03)
    tone = 1 + wave * np.float32(0.16) * at.shown
    return height, tone


def _basket(at: _Yarns) -> tuple[Field, Field]:
    """Weave a basket."""
    weave = np.sin(_TAU * at.u * at.p) * np.sin(_TAU * at.v * at.p)
    height = weave * np.float32(0.10) * at.shown + at.fine * np.float32(0.02)
    tone = 1 + weave * np.float32(at.fabric.melange) * at.shown
    return height, tone


def _linen(at: _Yarns) -> tuple[Field, Field]:
    """Weave uneven yarns both ways."""
    across = sampled(at.u, at.v, grain=(0.9, 0.075), seed=3)
    along = sampled(at.u, at.v, grain=(0.075, 0.9), seed=4)
    height = (across + along) * np.float32(0.014)
    tone = 1 + np.float32(at.fabric.melange) * np.float32(0.6) * (across + along)
    return height, tone


def _leather(at: _Yarns) -> tuple[Field, Field]:
    """Grain a skin."""
    pebble = sampled(at.u, at.v, grain=(at.fabric.period * 0.5, at.fabric.period * 0.5), seed=5)
    height = np.abs(pebble) * np.float32(0.08) + at.fine * np.float32(0.008)
    tone = 1 + np.float32(at.fabric.melange) * pebble
    return height, tone


def _straw(at: _Yarns) -> tuple[Field, Field]:
    """Plait straw."""
    row = np.abs(np.sin(np.pi * at.v * at.p))
    strand = np.sin(
        _TAU * (at.u * at.p * np.float32(1.3) + np.floor(at.v * at.p) * np.float32(0.5))
    )
    height = (row * np.float32(0.22) + strand * row * np.float32(0.08)) * at.shown
    tone = np.float32(0.86) + row * np.float32(0.18) + strand * np.float32(0.05)
    tone = tone * (1 + sampled(at.u, at.v, grain=(0.8, 0.2), seed=6) * np.float32(0.06))
    return height, tone


def _nap(at: _Yarns) -> tuple[Field, Field]:
    """Raise a nap."""
    cloud = sampled(at.u, at.v, grain=(0.16, 0.24), seed=7)
    height = (at.fine + cloud) * np.float32(0.022)
    tone = 1 + np.float32(at.fabric.melange) * (at.fine * np.float32(0.6) + cloud * np.float32(0.5))
    return height, tone


def _jersey(at: _Yarns) -> tuple[Field, Field]:
    """Knit finely."""
    wales = sampled(at.u, at.v, grain=(0.06, 0.3), seed=8)
    height = wales * np.float32(0.016) + at.fine * np.float32(0.012)
    tone = 1 + np.float32(at.fabric.melange) * wales
    return height, tone


def _smooth(at: _Yarns) -> tuple[Field, Field]:
    """Leave the cloth smooth."""
    height = at.fine * np.float32(0.02)
    tone = 1 + np.float32(at.fabric.melange) * at.fine
    return height, tone


_WEAVES: dict[str, Callable[[_Yarns], tuple[Field, Field]]] = {
    "knit": _knit,
    "fine-knit": _knit,
    "cable": _knit,
    "rib": _rib,
    "corduroy": _corduroy,
    "denim": _twill,
    "twill": _twill,
    "herringbone": _herringbone,
    "basket": _basket,
    "linen": _linen,
    "slub": _linen,
    "leather": _leather,
    "straw": _straw,
    "nap": _nap,
    "jersey": _jersey,
}


def relief(fabric: Fabric, u: Field, v: Field, *, px_per_cm: float) -> tuple[Field, Field]:
    """Give micro relief and yarn brightness at garment coordinates.

    Parameters
    ----------
    fabric : Fabric
        The cloth.
    u, v : (H, W) float32
        Garment coordinates in centimetres.
    px_per_cm : float
        Size of the picture, against moiré.

    Returns
    -------
    height : (H, W) float32
        Relief in units of its own period, so that slope does not depend on the period.
    tone : (H, W) float32
        Factor on the colour, mean 1.

    References
    ----------
    Source: own derivation.
    """
    yarns = _Yarns(
        fabric=fabric,
        u=u,
        v=v,
        p=np.float32(1 / fabric.period),
        shown=np.float32(_visible(fabric.period, px_per_cm)),
        fine=sampled(u, v, grain=(0.07, 0.07), seed=1),
    )
    height, tone = _WEAVES.get(fabric.weave, _smooth)(yarns)
    if fabric.weave not in ("denim", "twill"):
        yarn = sampled(u, v, grain=(0.12, 0.3), seed=9)
        tone = tone * (1 + np.float32(fabric.melange * 0.5) * yarn)
    return height * np.float32(fabric.height), tone
