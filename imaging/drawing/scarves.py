"""Scarves, as worn."""

import numpy as np

from imaging.drawing.cuts import ScarfCut
from imaging.drawing.outlines import (
    Point,
    curve,
    ellipse,
    joined,
    strip,
)
from imaging.drawing.parts import Cloth, Drawing, Fold, Part, on_both_sides


def draw_scarf(cut: ScarfCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a scarf as worn: a loop round the neck, two ends; see ``imaging.drawing.tops``."""
    rng = np.random.default_rng(seed)
    long = cut.length
    silk = cut.style == "square"
    width = 8.5 if silk else 14.5
    parts: list[Part] = []
    ends: dict[str, Point] = {}
    for sign, side, bottom, lean in ((-1.0, "left", long * 0.93, 8.2), (1.0, "right", long, 5.8)):
        top = sign * 2.2
        low = sign * lean
        half_top, half_low = width * 0.30, width * 0.5
        outline = joined(
            curve(
                (top - half_top, 12),
                (low * 0.8 - half_low * 0.85, 24),
                (low - half_low, bottom * 0.6),
                (low - half_low * (1.25 if silk else 1.0), bottom),
            ),
            curve(
                (low - half_low * (1.25 if silk else 1.0), bottom),
                (low, bottom + (3.0 if silk else 0.5)),
                (low + half_low * (0.9 if silk else 1.0), bottom - 0.3),
            ),
            curve(
                (low + half_low * (0.9 if silk else 1.0), bottom - 0.3),
                (low + half_low, bottom * 0.6),
                (low * 0.8 + half_low * 0.85, 24),
                (top + half_top, 12),
            ),
        )
        if cut.style == "fringed":
            for x in np.arange(low - half_low + 0.35, low + half_low, 0.62):
                sway = float(rng.uniform(-0.5, 0.5))
                drop = float(rng.uniform(5.2, 6.4))
                line = curve(
                    (float(x), bottom - 0.6),
                    (float(x) + sway * 0.4, bottom + drop * 0.5),
                    (float(x) + sway, bottom + drop),
                )
                parts.append(
                    Part(
                        outline=strip(line, 0.46, end_width=0.3),
                        cloth=cloth.plain(
                            fabric="canvas",
                            colour=cloth.colours[int(rng.integers(0, len(cloth.colours)))],
                        ),
                        depth=0.7,
                        casts=0.2,
                        cast_size=0.15,
                        creases=0.0,
                    )
                )
        folds: tuple[Fold, ...] = (
            Fold(
                line=curve(
                    (top - half_top * 0.4, 13),
                    (low * 0.8 - half_low * 0.4, 30),
                    (low - half_low * 0.35, bottom),
                ),
                width=2.5,
                depth=0.6,
                taper=(1, 0.4),
            ),
            Fold(
                line=curve(
                    (top + half_top * 0.2, 13),
                    (low * 0.8 + half_low * 0.1, 30),
                    (low + half_low * 0.15, bottom),
                ),
                width=2.5,
                depth=-0.65,
                taper=(1, 0.4),
            ),
            Fold(
                line=curve(
                    (top + half_top * 0.7, 13),
                    (low * 0.8 + half_low * 0.6, 30),
                    (low + half_low * 0.6, bottom),
                ),
                width=2.0,
                depth=0.5,
                taper=(1, 0.4),
            ),
        )
        parts.append(
            Part(
                outline=outline,
                cloth=cloth,
                axis=sign * 3.0,
                depth=0.25,
                puff=0.8,
                folds=folds,
                casts=0.5,
                cast_size=0.7,
                seed=seed + int(sign),
            )
        )
        ends[f"end_{side}"] = (low, bottom + (3.0 if silk else 5.0))
    w = 14.0 if not silk else 10.0
    back = joined(
        curve((-w + 1, 0.5), (-w * 0.5, -3.4), (0, -4.4), (w * 0.5, -3.4), (w - 1, 0.5)),
        curve((w - 1, 0.5), (0, 6), (-w + 1, 0.5)),
    )
    hole = ellipse((0, 1.2), (w * 0.52, 3.6))
    parts.append(
        Part(outline=back, cloth=cloth, axis=80, depth=0.3, tone=0.6, casts=0.0, is_inside=True)
    )
    parts.append(
        Part(outline=hole, cloth=cloth.plain(), depth=0.2, tone=0.28, casts=0.0, is_inside=True)
    )
    for sign in (1.0, -1.0):
        loop = joined(
            curve(
                (sign * w * 0.56, -2.6),
                (sign * w * 0.96, -0.8),
                (sign * w, 4.0),
                (sign * w * 0.72, 9.6),
                (sign * -1.2, 14.6),
            ),
            curve((sign * -1.2, 14.6), (sign * -3.2, 11.4), (sign * -1.6, 8.0)),
            curve(
                (sign * -1.6, 8.0),
                (sign * w * 0.34, 5.4),
                (sign * w * 0.50, 1.2),
                (sign * w * 0.56, -2.6),
            ),
        )
        folds = (
            Fold(
                line=curve(
                    (sign * w * 0.70, -1.6),
                    (sign * w * 0.74, 3.4),
                    (sign * w * 0.42, 8.2),
                    (sign * -1.4, 11),
                ),
                width=1.5,
                depth=-0.55,
            ),
            Fold(
                line=curve(
                    (sign * w * 0.84, -0.6),
                    (sign * w * 0.88, 4.0),
                    (sign * w * 0.56, 9),
                    (sign * -0.8, 13),
                ),
                width=1.5,
                depth=0.5,
            ),
        )
        outline = loop if sign > 0 else loop[::-1]
        parts.append(
            Part(
                outline=outline,
                cloth=cloth,
                axis=-52.0 * sign,
                depth=0.0,
                puff=2.6,
                puff_depth=0.9,
                folds=folds,
                casts=0.55,
                cast_size=0.7,
                seed=seed + 5 + int(sign),
            )
        )
    landmarks = on_both_sides({"knot": (0.0, 11.8)}, neck=(w, 4.0))
    return parts, landmarks | ends
