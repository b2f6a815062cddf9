"""Fabrics: how a cloth is woven or knitted, how it shines, how it creases."""

from dataclasses import dataclass

import numpy as np

from imaging.drawing.noise import Field, clipped, fraction, sampled

_TAU = np.float32(2 * np.pi)


@dataclass(frozen=True, kw_only=True)
class Fabric:
    """What makes a cloth look like itself.

    Attributes
    ----------
    weave : str
        Kind of micro relief, see ``relief``.
    period : float
        Size of one stitch, wale or twill line in centimetres.
    height : float
        Strength of the micro relief (slope, without unit).
    gloss, sharpness : float
        Strength and exponent of the highlight.
    nap : float
        Light caught by fibres at grazing angles.
    creases, crease_size : float
        Depth (slope) and size (centimetres) of its random creases.
    drape : float
        Factor on the depth of designed folds: below 1 for stiff, above 1 for flowing cloth.
    melange : float
        Variation of brightness between yarns.
    """

    weave: str = "plain"
    period: float = 0.1
    height: float = 0.25
    gloss: float = 0.03
    sharpness: float = 8.0
    nap: float = 0.05
    creases: float = 0.10
    crease_size: float = 5.0
    drape: float = 1.0
    melange: float = 0.03


FABRICS: dict[str, Fabric] = {
    "jersey": Fabric(weave="jersey", height=0.22, creases=0.10, crease_size=6.0, melange=0.02),
    "slub": Fabric(weave="slub", height=0.25, creases=0.12, melange=0.05),
    "poplin": Fabric(
        weave="plain", height=0.16, gloss=0.05, creases=0.15, crease_size=4.0, melange=0.012
    ),
    "oxford": Fabric(
        weave="basket", period=0.16, height=0.25, creases=0.14, crease_size=4.5, melange=0.028
    ),
    "linen": Fabric(
        weave="linen", height=0.35, creases=0.24, crease_size=3.4, drape=0.9, melange=0.035
    ),
    "cotton": Fabric(
        weave="twill", period=0.14, height=0.2, creases=0.13, crease_size=5.0, melange=0.03
    ),
    "denim": Fabric(
        weave="denim",
        period=0.17,
        height=0.4,
        creases=0.17,
        crease_size=4.0,
        drape=0.9,
        melange=0.12,
    ),
    "corduroy": Fabric(
        weave="corduroy",
        period=0.42,
        height=0.7,
        nap=0.22,
        creases=0.09,
        crease_size=6.0,
        melange=0.05,
    ),
    "knit": Fabric(
        weave="knit",
        period=0.42,
        height=0.62,
        nap=0.10,
        creases=0.09,
        crease_size=8.0,
        melange=0.05,
    ),
    "chunky": Fabric(
        weave="knit", period=0.85, height=0.8, nap=0.12, creases=0.08, crease_size=9.0, melange=0.06
    ),
    "merino": Fabric(
        weave="fine-knit",
        period=0.22,
        height=0.32,
        nap=0.08,
        creases=0.11,
        crease_size=7.0,
        melange=0.03,
    ),
    "ribbed": Fabric(
        weave="rib", period=0.62, height=0.75, nap=0.08, creases=0.07, crease_size=8.0, melange=0.03
    ),
    "cable": Fabric(
        weave="cable",
        period=0.42,
        height=0.6,
        nap=0.10,
        creases=0.06,
        crease_size=9.0,
        melange=0.04,
    ),
    "fleece": Fabric(
        weave="nap", height=0.45, nap=0.16, creases=0.08, crease_size=7.0, drape=0.8, melange=0.05
    ),
    "wool": Fabric(
        weave="nap", height=0.3, nap=0.14, creases=0.07, crease_size=8.0, drape=0.8, melange=0.05
    ),
    "tweed": Fabric(
        weave="herringbone",
        period=0.36,
        height=0.4,
        nap=0.12,
        creases=0.06,
        crease_size=8.0,
        drape=0.75,
        melange=0.12,
    ),
    "suiting": Fabric(
        weave="twill",
        period=0.12,
        height=0.12,
        gloss=0.03,
        nap=0.06,
        creases=0.07,
        crease_size=8.0,
        melange=0.04,
    ),
    "gabardine": Fabric(
        weave="twill",
        period=0.16,
        height=0.2,
        gloss=0.05,
        creases=0.12,
        crease_size=6.0,
        drape=0.85,
        melange=0.02,
    ),
    "crepe": Fabric(
        weave="grain",
        period=0.1,
        height=0.14,
        gloss=0.05,
        creases=0.10,
        crease_size=8.0,
        drape=1.25,
        melange=0.015,
    ),
    "satin": Fabric(
        weave="smooth",
        height=0.03,
        gloss=0.34,
        sharpness=7.0,
        creases=0.13,
        crease_size=8.0,
        drape=0.95,
        melange=0.0,
    ),
    "silk": Fabric(
        weave="smooth",
        height=0.04,
        gloss=0.20,
        sharpness=8.0,
        creases=0.14,
        crease_size=6.0,
        drape=1.1,
        melange=0.0,
    ),
    "nylon": Fabric(
        weave="smooth",
        height=0.05,
        gloss=0.20,
        sharpness=16.0,
        creases=0.26,
        crease_size=2.6,
        drape=0.8,
        melange=0.0,
    ),
    "leather": Fabric(
        weave="leather",
        period=0.32,
        height=0.22,
        gloss=0.30,
        sharpness=18.0,
        nap=0.02,
        creases=0.12,
        crease_size=5.0,
        drape=0.8,
        melange=0.02,
    ),
    "calf": Fabric(
        weave="leather",
        period=0.2,
        height=0.10,
        gloss=0.34,
        sharpness=22.0,
        nap=0.02,
        creases=0.05,
        crease_size=4.0,
        drape=0.5,
        melange=0.01,
    ),
    "suede": Fabric(
        weave="nap", height=0.22, nap=0.18, creases=0.06, crease_size=5.0, drape=0.5, melange=0.07
    ),
    "canvas": Fabric(
        weave="basket",
        period=0.22,
        height=0.4,
        creases=0.10,
        crease_size=5.0,
        drape=0.6,
        melange=0.06,
    ),
    "felt": Fabric(
        weave="nap", height=0.16, nap=0.14, creases=0.03, crease_size=6.0, drape=0.4, melange=0.03
    ),
    "straw": Fabric(
        weave="straw", period=0.62, height=0.8, gloss=0.08, creases=0.03, drape=0.3, melange=0.12
    ),
    "rubber": Fabric(
        weave="smooth", height=0.03, gloss=0.12, sharpness=10.0, creases=0.0, melange=0.0
    ),
    "metal": Fabric(
        weave="smooth", height=0.0, gloss=0.9, sharpness=26.0, creases=0.0, melange=0.0
    ),
    "horn": Fabric(
        weave="smooth", height=0.02, gloss=0.35, sharpness=20.0, creases=0.0, melange=0.05
    ),
}


def _visible(period: float, px_per_cm: float) -> float:
    """Fade a relief out where its period nears the pixel, else it would show as moiré."""
    return float(np.clip((period * px_per_cm - 1.6) / 2.0, 0.0, 1.0))


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
    p = np.float32(1 / fabric.period)
    shown = np.float32(_visible(fabric.period, px_per_cm))
    fine = sampled(u, v, grain=(0.07, 0.07), seed=1)
    height: Field
    tone: Field
    match fabric.weave:
        case "knit" | "fine-knit" | "cable":
            cu, cv = u * p, v * p * np.float32(1.25)
            half = np.abs(fraction(cu) - np.float32(0.5)) * 2
            leg = np.sin(np.pi * fraction(cu * 2)) ** 2
            loop = np.float32(0.5) - np.float32(0.5) * np.cos(
                _TAU * fraction(cv + half * np.float32(0.8))
            )
            height = (leg * (np.float32(0.35) + np.float32(0.65) * loop)) * np.float32(0.34) * shown
            height = height + fine * np.float32(0.022)
            tone = (
                1
                + (leg * (np.float32(0.4) + loop * np.float32(0.6)) - np.float32(0.35))
                * np.float32(0.30)
                * shown
            )
            if fabric.weave == "cable":
                ropes, gaps = _cables(u, v)
                height = height * gaps + ropes * np.float32(1.5)
                tone = tone * (np.float32(0.90) + np.float32(0.12) * clipped(ropes * 2))
        case "rib":
            wave = np.cos(_TAU * u * p)
            height = wave * np.float32(0.20) * shown + fine * np.float32(0.02)
            tone = 1 + wave * np.float32(0.13) * shown
        case "corduroy":
            wave = np.sqrt(np.abs(np.sin(np.pi * u * p)) + np.float32(0.02))
            height = wave * np.float32(0.3) * shown + fine * np.float32(0.02)
            tone = np.float32(0.84) + wave * np.float32(0.22)
        case "denim" | "twill":
            wave = np.sin(_TAU * (u + v * np.float32(0.9)) * p)
            warp = sampled(u, v, grain=(0.07, 1.6), seed=2)
            height = wave * np.float32(0.10) * shown + fine * np.float32(0.02)
            tone = 1 + np.float32(fabric.melange) * (
                warp * np.float32(0.6) + fine * np.float32(0.6) + wave * shown * np.float32(0.7)
            )
            return height * np.float32(fabric.height), tone
        case "herringbone":
            zigzag = np.abs(fraction(u * p * np.float32(0.16)) - np.float32(0.5)) * np.float32(12.5)
            wave = np.sin(_TAU * (zigzag + v * p))
            height = wave * np.float32(0.10) * shown + fine * np.float32(0.03)
            tone = 1 + wave * np.float32(0.16) * shown
        case "basket":
            weave = np.sin(_TAU * u * p) * np.sin(_TAU * v * p)
            height = weave * np.float32(0.10) * shown + fine * np.float32(0.02)
            tone = 1 + weave * np.float32(fabric.melange) * shown
        case "linen" | "slub":
            across = sampled(u, v, grain=(0.9, 0.075), seed=3)
            along = sampled(u, v, grain=(0.075, 0.9), seed=4)
            height = (across + along) * np.float32(0.014)
            tone = 1 + np.float32(fabric.melange) * np.float32(0.6) * (across + along)
        case "leather":
            pebble = sampled(u, v, grain=(fabric.period * 0.5, fabric.period * 0.5), seed=5)
            height = np.abs(pebble) * np.float32(0.08) + fine * np.float32(0.008)
            tone = 1 + np.float32(fabric.melange) * pebble
        case "straw":
            row = np.abs(np.sin(np.pi * v * p))
            strand = np.sin(_TAU * (u * p * np.float32(1.3) + np.floor(v * p) * np.float32(0.5)))
            height = (row * np.float32(0.22) + strand * row * np.float32(0.08)) * shown
            tone = np.float32(0.86) + row * np.float32(0.18) + strand * np.float32(0.05)
            tone = tone * (1 + sampled(u, v, grain=(0.8, 0.2), seed=6) * np.float32(0.06))
        case "nap":
            cloud = sampled(u, v, grain=(0.16, 0.24), seed=7)
            height = (fine + cloud) * np.float32(0.022)
            tone = 1 + np.float32(fabric.melange) * (
                fine * np.float32(0.6) + cloud * np.float32(0.5)
            )
        case "jersey":
            wales = sampled(u, v, grain=(0.06, 0.3), seed=8)
            height = wales * np.float32(0.016) + fine * np.float32(0.012)
            tone = 1 + np.float32(fabric.melange) * wales
        case _:
            height = fine * np.float32(0.02)
            tone = 1 + np.float32(fabric.melange) * fine
    yarn = sampled(u, v, grain=(0.12, 0.3), seed=9)
    tone = tone * (1 + np.float32(fabric.melange * 0.5) * yarn)
    return height * np.float32(fabric.height), tone


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
