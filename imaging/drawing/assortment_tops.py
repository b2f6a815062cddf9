"""Tops of the demo catalogue."""

from imaging.drawing.cuts import TopCut
from imaging.drawing.parts import Cloth
from imaging.drawing.sketch import LETTERS, LUNE, NORD, Sketch

TOPS: tuple[Sketch, ...] = (
    Sketch(
        slug="satin-camisole",
        name="Satin camisole",
        seller=LUNE,
        type="top",
        design="solid",
        colours=("pink",),
        price_minor=6900,
        sizes=LETTERS,
        stock=(2, 6, 8, 6, 2),
        description=(
            "Bias-cut satin on thin straps. Wear it alone, or let it show under a blazer."
        ),
        cut=TopCut(
            shoulder=9.4,
            slope=0.9,
            armhole=20,
            chest=19.5,
            waist=19,
            hem=22.5,
            length=62,
            neck="strap",
            neck_width=8.6,
            neck_depth=16.5,
        ),
        cloth=Cloth(fabric="satin", colours=("#dba8a2",)),
    ),
    Sketch(
        slug="ribbed-tank",
        name="Ribbed tank",
        seller=NORD,
        type="top",
        design="solid",
        colours=("black",),
        price_minor=3900,
        sizes=LETTERS,
        stock=(4, 9, 12, 8, 3),
        description=(
            "A close rib in organic cotton with a deep scoop. The one that is always in the wash."
        ),
        cut=TopCut(
            shoulder=12.6,
            slope=2.8,
            armhole=23,
            chest=19.6,
            waist=18.6,
            hem=20.4,
            length=62,
            neck="scoop",
            neck_width=9.4,
            neck_depth=13,
        ),
        cloth=Cloth(fabric="ribbed", colours=("#262526",)),
    ),
    Sketch(
        slug="ditsy-blouse-top",
        name="Ditsy flower top",
        seller=LUNE,
        type="top",
        design="floral",
        colours=("white", "red"),
        price_minor=8500,
        sizes=LETTERS,
        stock=(2, 6, 8, 6, 2),
        description=(
            "Tiny poppies on airy cotton voile, with a square neck. "
            "Short puffed sleeves, smocked at the edge."
        ),
        cut=TopCut(
            sleeve=8,
            swing=33,
            bicep=14.6,
            cuff=13.2,
            length=58,
            chest=21.6,
            waist=19.4,
            hem=23,
            neck="square",
            neck_width=10.5,
            neck_depth=11,
            shoulder=17.5,
        ),
        cloth=Cloth(
            fabric="poplin",
            colours=("#f5f0e6", "#c73a35", "#e0872f", "#5d7a4f", "#f0c64f"),
            pattern="floral:ditsy",
            scale=1.15,
        ),
    ),
    Sketch(
        slug="navy-shell-top",
        name="Navy shell top",
        seller=NORD,
        type="top",
        design="solid",
        colours=("navy",),
        price_minor=7900,
        sizes=LETTERS,
        stock=(2, 6, 8, 6, 2),
        description=(
            "A clean sleeveless shell in matte crepe. It needs nothing but a pair of good trousers."
        ),
        cut=TopCut(
            shoulder=14.5,
            slope=2.8,
            armhole=23,
            chest=21.5,
            waist=20,
            hem=22,
            length=62,
            neck="boat",
            neck_width=10.4,
            neck_depth=6,
        ),
        cloth=Cloth(fabric="crepe", colours=("#26304a",)),
    ),
    Sketch(
        slug="cutout-print-top",
        name="Paper cut-out top",
        seller=LUNE,
        type="top",
        design="graphic",
        colours=("beige", "turquoise"),
        price_minor=7500,
        sizes=LETTERS,
        stock=(2, 6, 8, 6, 2),
        description=(
            "Leaf shapes cut with scissors and printed large on cotton. "
            "Sleeveless, with a straight hem."
        ),
        cut=TopCut(
            shoulder=16, slope=2.8, armhole=23, chest=21.5, waist=20, hem=22, length=62, neck="crew"
        ),
        cloth=Cloth(
            fabric="slub",
            colours=("#ece3d2", "#1f8a8a", "#d4603c", "#274060"),
            pattern="graphic:cutout",
            scale=0.9,
        ),
    ),
)
