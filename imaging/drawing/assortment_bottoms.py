"""Trousers, shorts and skirts of the demo catalogue."""

from imaging.drawing.cuts import LegCut, SkirtCut
from imaging.drawing.parts import Cloth
from imaging.drawing.sketch import LUNE, NORD, WAISTS, Sketch

BOTTOMS: tuple[Sketch, ...] = (
    Sketch(
        slug="straight-jeans",
        name="Straight jeans",
        seller=NORD,
        type="trousers",
        design="solid",
        colours=("blue",),
        price_minor=13000,
        sizes=WAISTS,
        stock=(2, 5, 8, 7, 4, 2),
        description=(
            "Mid-blue denim with a straight leg and honest fades. Copper rivets, tobacco stitching."
        ),
        cut=LegCut(
            style="jeans",
            thread="#d59a4a",
            button="#b9793c",
            thigh=20.4,
            knee=17.4,
            ankle=17,
            hip=21.6,
            waist=17,
        ),
        cloth=Cloth(fabric="denim", colours=("#3a557f",)),
    ),
    Sketch(
        slug="black-slim-jeans",
        name="Black slim jeans",
        seller=LUNE,
        type="trousers",
        design="solid",
        colours=("black",),
        price_minor=12500,
        sizes=WAISTS,
        stock=(2, 5, 8, 7, 4, 2),
        description=(
            "A narrow leg in black denim that stays black. "
            "A little stretch, for stairs and bicycles."
        ),
        cut=LegCut(
            style="jeans",
            thread="#3a3a3e",
            button="#8b8b8f",
            thigh=19,
            knee=15.4,
            ankle=13.4,
            hip=21.5,
            waist=17,
        ),
        cloth=Cloth(fabric="denim", colours=("#2a2a2d",)),
    ),
    Sketch(
        slug="wide-wool-trousers",
        name="Wide wool trousers",
        seller=LUNE,
        type="trousers",
        design="solid",
        colours=("grey",),
        price_minor=19500,
        sizes=WAISTS,
        stock=(2, 5, 8, 7, 4, 2),
        description=(
            "Fluid charcoal wool with one sharp crease and a deep pleat. "
            "They fall straight from the hip."
        ),
        cut=LegCut(style="wide", thigh=25, knee=26, ankle=27.5, hip=23.5, waist=17, length=106),
        cloth=Cloth(fabric="suiting", colours=("#444447",)),
    ),
    Sketch(
        slug="tapered-chinos",
        name="Tapered chinos",
        seller=NORD,
        type="trousers",
        design="solid",
        colours=("beige",),
        price_minor=9800,
        sizes=WAISTS,
        stock=(2, 5, 8, 7, 4, 2),
        description=(
            "Brushed cotton twill in sand, tapered below the knee. Slanted pockets, clean front."
        ),
        cut=LegCut(
            style="chino", thigh=20.5, knee=17, ankle=14.8, hip=22.5, waist=17.5, thread="#a98d60"
        ),
        cloth=Cloth(fabric="cotton", colours=("#c3a87c",)),
    ),
    Sketch(
        slug="linen-trousers",
        name="Linen drawstring trousers",
        seller=NORD,
        type="trousers",
        design="solid",
        colours=("white",),
        price_minor=14000,
        sizes=WAISTS,
        stock=(2, 5, 8, 7, 4, 2),
        description=("Undyed linen on a drawstring, wide and cool. They soften with every wash."),
        cut=LegCut(
            style="linen", closure="drawstring", thigh=24, knee=23, ankle=22.5, hip=23.5, waist=17.5
        ),
        cloth=Cloth(fabric="linen", colours=("#e9e2d2",)),
    ),
    Sketch(
        slug="cocoa-corduroys",
        name="Cocoa corduroys",
        seller=NORD,
        type="trousers",
        design="solid",
        colours=("brown",),
        price_minor=13500,
        sizes=WAISTS,
        stock=(2, 5, 8, 7, 4, 2),
        description=("Soft eight-wale corduroy the colour of cocoa. Straight leg, five pockets."),
        cut=LegCut(
            style="cord", thigh=21.5, knee=19.5, ankle=19, hip=22.5, waist=17.5, button="#3d2b1f"
        ),
        cloth=Cloth(fabric="corduroy", colours=("#6b4630",)),
    ),
    Sketch(
        slug="pinstripe-trousers",
        name="Pinstripe trousers",
        seller=LUNE,
        type="trousers",
        design="striped",
        colours=("navy", "white"),
        price_minor=18000,
        sizes=WAISTS,
        stock=(2, 5, 8, 7, 4, 2),
        description=(
            "A chalk pinstripe on midnight wool. Sharp crease, straight leg, slim belt line."
        ),
        cut=LegCut(
            style="tailored", thigh=21.5, knee=20, ankle=19.5, hip=22.5, waist=17.2, length=104
        ),
        cloth=Cloth(
            fabric="suiting", colours=("#252d44", "#c9cdd6"), pattern="striped:pin", scale=1.1
        ),
    ),
    Sketch(
        slug="tartan-trousers",
        name="Highland trousers",
        seller=LUNE,
        type="trousers",
        design="checked",
        colours=("green", "navy"),
        price_minor=17500,
        sizes=WAISTS,
        stock=(2, 5, 8, 7, 4, 2),
        description=("A dark tartan in pine and ink, cropped above the ankle. Lined to the knee."),
        cut=LegCut(
            style="tailored", thigh=20.5, knee=18, ankle=16, hip=22.3, waist=17.2, length=98
        ),
        cloth=Cloth(
            fabric="suiting",
            colours=("#2f4c40", "#1e2740", "#c9a14a", "#b54a3a"),
            pattern="checked:tartan",
            scale=0.8,
        ),
    ),
    Sketch(
        slug="sand-shorts",
        name="Sand pleated shorts",
        seller=NORD,
        type="shorts",
        design="solid",
        colours=("beige",),
        price_minor=8500,
        sizes=WAISTS,
        stock=(2, 5, 8, 7, 4, 2),
        description=(
            "Pleated shorts in washed cotton that end above the knee. "
            "Side pockets deep enough for a book."
        ),
        cut=LegCut(
            style="tailored",
            length=50,
            thigh=22.6,
            knee=22.4,
            ankle=23,
            hip=22.6,
            waist=17.4,
            rise=27,
        ),
        cloth=Cloth(fabric="cotton", colours=("#cdb68d",)),
    ),
    Sketch(
        slug="denim-shorts",
        name="Denim shorts",
        seller=LUNE,
        type="shorts",
        design="solid",
        colours=("blue",),
        price_minor=7900,
        sizes=WAISTS,
        stock=(2, 5, 8, 7, 4, 2),
        description=("Light-blue denim with a turned-up hem. High in the waist, easy in the leg."),
        cut=LegCut(
            style="jeans",
            length=44,
            thigh=22,
            knee=22,
            ankle=22.6,
            hip=22.2,
            waist=17,
            thread="#d8a661",
            button="#b9793c",
            cuffed=True,
            rise=26,
        ),
        cloth=Cloth(fabric="denim", colours=("#7d9dc0",)),
    ),
    Sketch(
        slug="swim-shorts",
        name="Harbour swim shorts",
        seller=NORD,
        type="shorts",
        design="dotted",
        colours=("turquoise", "white"),
        price_minor=6900,
        sizes=WAISTS,
        stock=(2, 5, 8, 7, 4, 2),
        description=(
            "Quick-drying shorts with white dots on lagoon green. "
            "Drawstring waist and a mesh lining."
        ),
        cut=LegCut(
            style="linen",
            closure="drawstring",
            length=44,
            thigh=22.6,
            knee=22.4,
            ankle=23,
            hip=22.6,
            waist=17.6,
            rise=26,
        ),
        cloth=Cloth(fabric="nylon", colours=("#1f8f94", "#f1f0ea"), pattern="dotted", scale=0.85),
    ),
    Sketch(
        slug="pleated-skirt",
        name="Pleated skirt",
        seller=LUNE,
        type="skirt",
        design="solid",
        colours=("red",),
        price_minor=14000,
        sizes=WAISTS,
        stock=(2, 5, 8, 7, 4, 2),
        description=(
            "Permanent knife pleats in brick-red crepe. The hem swings, the waist lies flat."
        ),
        cut=SkirtCut(style="pleated", waist=15.5, hip=20, hem=27.5, length=70),
        cloth=Cloth(fabric="crepe", colours=("#a8452f",)),
    ),
    Sketch(
        slug="olive-satin-skirt",
        name="Olive satin skirt",
        seller=LUNE,
        type="skirt",
        design="solid",
        colours=("green",),
        price_minor=13500,
        sizes=WAISTS,
        stock=(2, 5, 8, 7, 4, 2),
        description=(
            "Bias-cut satin in olive that catches the light. Midi length, elastic at the back."
        ),
        cut=SkirtCut(style="flared", waist=15.5, hip=20.5, hem=26.5, length=76),
        cloth=Cloth(fabric="satin", colours=("#6c7048",)),
    ),
    Sketch(
        slug="denim-button-skirt",
        name="Denim button skirt",
        seller=NORD,
        type="skirt",
        design="solid",
        colours=("navy",),
        price_minor=9800,
        sizes=WAISTS,
        stock=(2, 5, 8, 7, 4, 2),
        description=(
            "Raw indigo denim, buttoned down the front. A-line, ends just above the knee."
        ),
        cut=SkirtCut(
            style="denim", waist=16, hip=21, hem=24.5, length=54, thread="#d59a4a", button="#b9793c"
        ),
        cloth=Cloth(fabric="denim", colours=("#2c3c5c",)),
    ),
    Sketch(
        slug="garden-tier-skirt",
        name="Garden tiered skirt",
        seller=LUNE,
        type="skirt",
        design="floral",
        colours=("pink", "green"),
        price_minor=15000,
        sizes=WAISTS,
        stock=(2, 5, 8, 7, 4, 2),
        description=(
            "Three tiers of cotton voile, covered in roses. Elastic waist, unlined, made to twirl."
        ),
        cut=SkirtCut(style="tiered", waist=15.5, hip=21, hem=31, length=78),
        cloth=Cloth(
            fabric="poplin",
            colours=("#f0d3cd", "#c24f63", "#f6efe4", "#6a8a63", "#e6b54d"),
            pattern="floral",
            scale=0.85,
        ),
    ),
    Sketch(
        slug="tweed-pencil-skirt",
        name="Tweed pencil skirt",
        seller=NORD,
        type="skirt",
        design="checked",
        colours=("grey", "white"),
        price_minor=12900,
        sizes=WAISTS,
        stock=(2, 5, 8, 7, 4, 2),
        description=(
            "A windowpane check on soft grey tweed. Straight to the knee, with a back vent."
        ),
        cut=SkirtCut(style="slim", waist=15.8, hip=21, hem=20, length=60),
        cloth=Cloth(fabric="tweed", colours=("#86868a", "#ece9e1"), pattern="checked:window"),
    ),
    Sketch(
        slug="wrap-skirt",
        name="Linen wrap skirt",
        seller=NORD,
        type="skirt",
        design="solid",
        colours=("purple",),
        price_minor=12500,
        sizes=WAISTS,
        stock=(2, 5, 8, 7, 4, 2),
        description=(
            "Washed linen in dusky violet, wrapped and tied at the side. Cool against the knees."
        ),
        cut=SkirtCut(style="wrap", waist=15.6, hip=20.8, hem=25.5, length=74),
        cloth=Cloth(fabric="linen", colours=("#77618c",)),
    ),
)
