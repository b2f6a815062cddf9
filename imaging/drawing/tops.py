"""Upper garments and dresses, put together."""

from imaging.drawing.cuts import TopCut
from imaging.drawing.fastenings import belt, closures, hem_rib, pockets
from imaging.drawing.necks import neck_parts
from imaging.drawing.outlines import Point
from imaging.drawing.parts import Cloth, Drawing, Part, on_both_sides
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
    # A print sits on the chest alone.
    small = cloth.plain() if cloth.pattern.startswith("graphic") else cloth
    if cut.sleeve:
        for sign in (-1.0, 1.0):
            pieces, places = sleeve_of(cut, small, seed, sign)
            parts += pieces
            landmarks |= places
    parts.append(torso_part(cut, cloth, torso, seed))
    if cut.hem_style == "rib":
        parts.append(hem_rib(cut, cloth))
    parts += pockets(cut, small)
    parts += closures(cut, small)
    parts += front
    if cut.belt:
        parts += belt(cut, small)
    end = torso.side[-1]
    on_both_sides(
        landmarks,
        collar=(cut.neck_width, 0.0),
        shoulder=(cut.shoulder, cut.slope),
        armpit=(cut.chest, cut.armhole),
        waist=(cut.waist, cut.waist_at),
        hem=(float(end[0]), float(end[1])),
    )
    if cut.length > 80:
        on_both_sides(landmarks, hip=(cut.hip, cut.waist_at + 19))
    landmarks["neckline"] = (0.0, cut.neck_depth)
    landmarks["hem_centre"] = (0.0, float(torso.hem[-1][1]))
    return parts, landmarks
