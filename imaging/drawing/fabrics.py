"""Fabrics: how a cloth is woven or knitted, how it shines, how it creases."""

from dataclasses import dataclass


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
    "jersey": Fabric(weave="jersey", height=0.13, creases=0.13, crease_size=5.0, melange=0.012),
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
        gloss=0.46,
        sharpness=8.0,
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
