"""T-shirts and longsleeves of the demo catalogue."""

from imaging.drawing.cuts import TopCut
from imaging.drawing.parts import Cloth
from imaging.drawing.sketch import LETTERS, LUNE, NORD, Sketch

TEES: tuple[Sketch, ...] = (
    Sketch(
        slug="heavy-white-tee",
        name="Heavy white tee",
        seller=NORD,
        type="t-shirt",
        design="solid",
        colours=("white",),
        price_minor=4500,
        sizes=LETTERS,
        stock=(4, 9, 12, 8, 3),
        description=(
            "A dense, dry cotton jersey that keeps its shape and never turns see-through. "
            "Boxy, with a narrow ribbed neck."
        ),
        cut=TopCut(sleeve=8.5, swing=31, bicep=12.6, cuff=13.6, length=68),
        cloth=Cloth(fabric="jersey", colours=("#f1efe9",)),
    ),
    Sketch(
        slug="washed-black-tee",
        name="Washed black tee",
        seller=NORD,
        type="t-shirt",
        design="solid",
        colours=("black",),
        price_minor=4500,
        sizes=LETTERS,
        stock=(4, 9, 12, 8, 3),
        description=(
            "Garment-washed jersey in a soft, slightly faded black. Straight cut, set-in sleeves."
        ),
        cut=TopCut(sleeve=8.5, swing=31, bicep=12.6, cuff=13.6, length=70),
        cloth=Cloth(fabric="slub", colours=("#2b2a2b",)),
    ),
    Sketch(
        slug="sun-print-tee",
        name="Sun print tee",
        seller=LUNE,
        type="t-shirt",
        design="graphic",
        colours=("beige", "orange"),
        price_minor=5500,
        sizes=LETTERS,
        stock=(2, 6, 8, 6, 2),
        description=(
            "A low summer sun, screen-printed by hand on undyed jersey. "
            "No two prints are quite alike."
        ),
        cut=TopCut(sleeve=8.5, swing=31, bicep=12.6, cuff=13.6, length=68),
        cloth=Cloth(
            fabric="jersey", colours=("#e9dfca", "#d9772e", "#2f3d4f"), pattern="graphic:sun"
        ),
    ),
    Sketch(
        slug="arches-tee",
        name="Arches tee",
        seller=LUNE,
        type="t-shirt",
        design="graphic",
        colours=("white", "blue"),
        price_minor=5500,
        sizes=LETTERS,
        stock=(2, 6, 8, 6, 2),
        description=(
            "Three arches and a small moon, printed with water-based ink. "
            "Cut a little wider, for warm evenings."
        ),
        cut=TopCut(
            sleeve=8.5, swing=31, bicep=12.6, cuff=13.6, length=68, chest=24.6, waist=24.4, hem=25.2
        ),
        cloth=Cloth(
            fabric="jersey",
            colours=("#f4f2ed", "#35568a", "#c9593b", "#e0b14c"),
            pattern="graphic:arches",
        ),
    ),
    Sketch(
        slug="terracotta-stripe-tee",
        name="Terracotta stripe tee",
        seller=NORD,
        type="t-shirt",
        design="striped",
        colours=("orange", "white"),
        price_minor=4900,
        sizes=LETTERS,
        stock=(4, 9, 12, 8, 3),
        description=(
            "Yarn-dyed stripes in terracotta and chalk. "
            "The jersey is knitted in Portugal from combed cotton."
        ),
        cut=TopCut(sleeve=8.5, swing=31, bicep=12.6, cuff=13.6, length=68, trim="#c1592f"),
        cloth=Cloth(
            fabric="jersey", colours=("#f0e7d8", "#c1592f"), pattern="striped:wide", scale=0.62
        ),
    ),
    Sketch(
        slug="moss-pocket-tee",
        name="Moss pocket tee",
        seller=NORD,
        type="t-shirt",
        design="solid",
        colours=("green",),
        price_minor=4900,
        sizes=LETTERS,
        stock=(4, 9, 12, 8, 3),
        description=(
            "Slub cotton with one small pocket, dyed a deep moss green. "
            "Light enough for July, thick enough for October."
        ),
        cut=TopCut(sleeve=8.5, swing=31, bicep=12.6, cuff=13.6, length=68, pockets="chest"),
        cloth=Cloth(fabric="slub", colours=("#5f6b45",)),
    ),
    Sketch(
        slug="breton-tee",
        name="Breton tee",
        seller=LUNE,
        type="longsleeve",
        design="striped",
        colours=("white", "navy"),
        price_minor=7900,
        sizes=LETTERS,
        stock=(4, 9, 12, 8, 3),
        description=(
            "The sailor's stripe on a firm cotton jersey, with a boat neck. "
            "Stripes run on across the sleeves."
        ),
        cut=TopCut(
            sleeve=47,
            bicep=10.2,
            cuff=7.8,
            swing=14,
            length=68,
            neck="boat",
            neck_width=11.5,
            neck_depth=6.4,
        ),
        cloth=Cloth(fabric="jersey", colours=("#f1ece0", "#27344f"), pattern="striped"),
    ),
    Sketch(
        slug="slate-longsleeve",
        name="Slate longsleeve",
        seller=NORD,
        type="longsleeve",
        design="solid",
        colours=("grey",),
        price_minor=5900,
        sizes=LETTERS,
        stock=(4, 9, 12, 8, 3),
        description=(
            "A plain longsleeve in heathered slate. "
            "Slim sleeves, so that it layers under everything."
        ),
        cut=TopCut(sleeve=47, bicep=10.2, cuff=7.8, swing=14, length=68, waist=21.6),
        cloth=Cloth(fabric="slub", colours=("#8b8e93",)),
    ),
    Sketch(
        slug="dotted-longsleeve",
        name="Dotted longsleeve",
        seller=LUNE,
        type="longsleeve",
        design="dotted",
        colours=("navy", "white"),
        price_minor=6500,
        sizes=LETTERS,
        stock=(2, 6, 8, 6, 2),
        description=(
            "Small chalk dots on midnight jersey. The neckline is a touch wider than usual."
        ),
        cut=TopCut(
            sleeve=47,
            bicep=10.2,
            cuff=7.8,
            swing=14,
            length=68,
            neck="scoop",
            neck_width=9.8,
            neck_depth=10,
        ),
        cloth=Cloth(fabric="jersey", colours=("#222c45", "#efece4"), pattern="dotted", scale=0.8),
    ),
    Sketch(
        slug="ribbed-turtleneck",
        name="Ribbed turtleneck",
        seller=LUNE,
        type="longsleeve",
        design="solid",
        colours=("brown",),
        price_minor=7500,
        sizes=LETTERS,
        stock=(2, 6, 8, 6, 2),
        description=(
            "Fine rib that follows the body, with a generous folded neck. "
            "Cotton with a little stretch."
        ),
        cut=TopCut(
            sleeve=47,
            bicep=10.6,
            cuff=7,
            swing=14,
            length=68,
            neck="turtle",
            neck_width=7.2,
            neck_depth=5,
            chest=21.6,
            waist=19.6,
            hip=21.4,
            hem=21.8,
            shoulder=18.4,
        ),
        cloth=Cloth(fabric="ribbed", colours=("#7a4f36",)),
    ),
)
