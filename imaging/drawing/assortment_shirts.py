"""Shirts of the demo catalogue."""

from imaging.drawing.cuts import TopCut
from imaging.drawing.parts import Cloth
from imaging.drawing.sketch import LETTERS, LUNE, NORD, Sketch

SHIRTS: tuple[Sketch, ...] = (
    Sketch(
        slug="oxford-shirt",
        name="Oxford shirt",
        seller=NORD,
        type="shirt",
        design="solid",
        colours=("blue",),
        price_minor=12000,
        sizes=LETTERS,
        stock=(4, 9, 12, 8, 3),
        description=(
            "A washed oxford with a soft roll in the collar. "
            "Mother-of-pearl buttons and a single pocket."
        ),
        cut=TopCut(
            sleeve=47,
            bicep=10.1,
            cuff=8.2,
            swing=14,
            length=75,
            neck="collar",
            neck_width=7.4,
            neck_depth=6.2,
            closure="buttons",
            cuff_style="shirt",
            hem_style="tail",
            pockets="chest",
        ),
        cloth=Cloth(fabric="oxford", colours=("#b4cae0",)),
    ),
    Sketch(
        slug="poplin-shirt",
        name="Crisp poplin shirt",
        seller=LUNE,
        type="shirt",
        design="solid",
        colours=("white",),
        price_minor=11500,
        sizes=LETTERS,
        stock=(4, 9, 12, 8, 3),
        description=(
            "Two-ply poplin, crisp from the line. Cut with a curved hem to be worn out or tucked."
        ),
        cut=TopCut(
            sleeve=47,
            bicep=10.1,
            cuff=8.2,
            swing=14,
            length=75,
            neck="collar",
            neck_width=7.4,
            neck_depth=6.2,
            closure="buttons",
            cuff_style="shirt",
            hem_style="tail",
        ),
        cloth=Cloth(fabric="poplin", colours=("#f6f5f1",)),
    ),
    Sketch(
        slug="bengal-stripe-shirt",
        name="Bengal stripe shirt",
        seller=NORD,
        type="shirt",
        design="striped",
        colours=("blue", "white"),
        price_minor=12900,
        sizes=LETTERS,
        stock=(2, 6, 8, 6, 2),
        description=(
            "Even bengal stripes in clear blue, woven and not printed. "
            "The cuffs take links or buttons."
        ),
        cut=TopCut(
            sleeve=47,
            bicep=10.1,
            cuff=8.2,
            swing=14,
            length=75,
            neck="collar",
            neck_width=7.4,
            neck_depth=6.2,
            closure="buttons",
            cuff_style="shirt",
            hem_style="tail",
        ),
        cloth=Cloth(
            fabric="poplin", colours=("#f3f3ef", "#5c86b8"), pattern="striped:bengal", scale=0.9
        ),
    ),
    Sketch(
        slug="flannel-check-shirt",
        name="Brushed check shirt",
        seller=NORD,
        type="shirt",
        design="checked",
        colours=("red", "navy"),
        price_minor=13500,
        sizes=LETTERS,
        stock=(2, 6, 8, 6, 2),
        description=(
            "Brushed flannel in brick and ink, soft from the first day. "
            "Two flap pockets, horn buttons."
        ),
        cut=TopCut(
            sleeve=47,
            bicep=10.1,
            cuff=8.2,
            swing=14,
            length=75,
            neck="collar",
            neck_width=7.4,
            neck_depth=6.2,
            closure="buttons",
            cuff_style="shirt",
            hem_style="tail",
            pockets="flaps",
            button="#3b2c22",
        ),
        cloth=Cloth(
            fabric="fleece",
            colours=("#a8382e", "#22283c", "#e8dcc4", "#e8dcc4"),
            pattern="checked:tartan",
            scale=0.85,
        ),
    ),
    Sketch(
        slug="linen-camp-shirt",
        name="Linen camp shirt",
        seller=LUNE,
        type="shirt",
        design="solid",
        colours=("orange",),
        price_minor=11000,
        sizes=LETTERS,
        stock=(4, 9, 12, 8, 3),
        description=(
            "An open collar and short sleeves in washed linen. It creases, and that is the point."
        ),
        cut=TopCut(
            sleeve=9.5,
            swing=30,
            bicep=14,
            cuff=15.6,
            length=69,
            chest=24.6,
            waist=24.2,
            hem=25,
            neck="camp",
            neck_width=7.8,
            neck_depth=9.5,
            closure="buttons",
            button="#efe0c4",
            pockets="chest",
        ),
        cloth=Cloth(fabric="linen", colours=("#c8643f",)),
    ),
    Sketch(
        slug="garden-camp-shirt",
        name="Garden camp shirt",
        seller=LUNE,
        type="shirt",
        design="floral",
        colours=("green", "pink"),
        price_minor=12500,
        sizes=LETTERS,
        stock=(2, 6, 8, 6, 2),
        description=(
            "Climbing flowers on dark leaf green, printed on fluid viscose. "
            "Short sleeves with a turned hem."
        ),
        cut=TopCut(
            sleeve=9.5,
            swing=30,
            bicep=14,
            cuff=15.6,
            length=69,
            chest=24.6,
            waist=24.2,
            hem=25,
            neck="camp",
            neck_width=7.8,
            neck_depth=9.5,
            closure="buttons",
            button="#e9e2d4",
        ),
        cloth=Cloth(
            fabric="crepe",
            colours=("#24463b", "#e58e9c", "#f0d9c8", "#6f9a6a", "#f2c35b"),
            pattern="floral",
            scale=0.95,
        ),
    ),
    Sketch(
        slug="gingham-shirt",
        name="Gingham shirt",
        seller=LUNE,
        type="shirt",
        design="checked",
        colours=("turquoise", "white"),
        price_minor=11900,
        sizes=LETTERS,
        stock=(2, 6, 8, 6, 2),
        description=(
            "A fresh gingham in sea green, light as a picnic cloth. "
            "Slightly cropped, with a straight hem."
        ),
        cut=TopCut(
            sleeve=47,
            bicep=10.1,
            cuff=8.2,
            swing=14,
            length=70,
            neck="collar",
            neck_width=7.4,
            neck_depth=6.2,
            closure="buttons",
            cuff_style="shirt",
            hem_style="tail",
        ),
        cloth=Cloth(
            fabric="poplin", colours=("#f3f4ef", "#2f9c98"), pattern="checked:gingham", scale=0.95
        ),
    ),
)
