"""Upper garments and dresses, put together."""

from imaging.drawing.cuts import TopCut
from imaging.drawing.fastenings import belt, closures, hem_rib, pockets
from imaging.drawing.necks import neck_parts
from imaging.drawing.outlines import (
    Point,
)
from imaging.drawing.parts import Cloth, Drawing, Part
from imaging.drawing.sleeves import sleeve_of
from imaging.drawing.torso import torso_of, torso_part


def draw_top(cut: TopCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw an upper garment or a dress.

    Parameters
    ----------
    cut : TopCut
        Its measures.
    cloth : Cloth
        What it is made of.
    seed : int
        Which folds.

    Returns
    -------
    list of Part, dict of str to (float, float)
        Parts from the lowest to the topmost; landmarks ``x, y`` in centimetres.
    """
    torso = torso_of(cut)
    behind, front = neck_parts(cut, cloth, torso.neckline)
    parts: list[Part] = list(behind)
    landmarks: dict[str, Point] = {}
    sleeve_cloth = cloth.plain() if cloth.pattern.startswith("graphic") else cloth
    if cut.sleeve:
        for sign in (-1.0, 1.0):
            pieces, places = sleeve_of(cut, sleeve_cloth, seed, sign)
            parts += pieces
            landmarks |= places
    parts.append(torso_part(cut, cloth, torso, seed))
    if cut.hem_style == "rib":
        parts.append(hem_rib(cut, cloth))
    small = cloth if not cloth.pattern.startswith("graphic") else cloth.plain()
    parts += pockets(cut, small)
    parts += closures(cut, small)
    parts += front
    if cut.belt:
        parts += belt(cut, small)
    for sign, side in ((-1.0, "left"), (1.0, "right")):
        landmarks[f"collar_{side}"] = (sign * cut.neck_width, 0.0)
        landmarks[f"shoulder_{side}"] = (sign * cut.shoulder, cut.slope)
        landmarks[f"armpit_{side}"] = (sign * cut.chest, cut.armhole)
        landmarks[f"waist_{side}"] = (sign * cut.waist, cut.waist_at)
        end = torso.side[-1]
        landmarks[f"hem_{side}"] = (sign * float(end[0]), float(end[1]))
        if cut.length > 80:
            landmarks[f"hip_{side}"] = (sign * cut.hip, cut.waist_at + 19)
    landmarks["neckline"] = (0.0, cut.neck_depth)
    landmarks["hem_centre"] = (0.0, float(torso.hem[-1][1]))
    return parts, landmarks
