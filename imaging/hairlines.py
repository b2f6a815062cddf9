"""What beside a face is no head: clothes, what is seen between hair, and what hair hides."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.surroundings import COMMON, FEWEST, Surroundings

CLOTHES_FROM = 0.35
"""How far below the pit of the throat clothes are surely seen, per size of the head."""

CLOTHES = 2.0
"""How much commoner below the throat than in the head a colour of clothes is."""

STRAND = 0.3
"""Widest gap between strands that is hair of another light, per distance to the chin."""

BEARD = 0.45
"""Share of hair on the lower half of a face from which it is a beard."""

BEARD_END, BEARD_WIDTH = 1.75, 0.72
"""Where a beard ends below the middle of a head, and half its width, in that measure."""

EARS, BELOW_EARS = 1.15, 0.2
"""Half a head's width at the ears, and where they end: what is wider below them is hair."""

GROWN_HUES = (-30.0, 95.0)
"""Hues that hair and skin have by nature, in CIELAB, in degrees."""

COLOURED = 16.0
"""Chroma from which a hue is told."""

DYED = 0.3
"""Share of other hues from which hair is dyed, or a hat."""

OUTLINE = 0.08
"""How finely a cut beside clothes follows them, per distance to the chin."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Hairlines:
    """Hair of a head that is cut off, and what is no part of it.

    Attributes
    ----------
    hair : (H, W) float32
        How likely each place is hair, 0 to 1.
    beard : (H, W) float32
        Where hair below the chin belongs to a face, 0 to 1.
    beside : (H, W) float32
        Where what GrabCut took for the head is one, whatever its colour, 0 to 1.
    other : (H, W) float32
        Where clothes or what is behind the person is seen, 0 to 1.
    """

    hair: NDArray[np.float32]
    beard: NDArray[np.float32]
    beside: NDArray[np.float32]
    other: NDArray[np.float32]


def hairlines(place: Surroundings, told: NDArray[np.float32]) -> Hairlines:
    """Find where hair ends beside clothes.

    Parameters
    ----------
    place : Surroundings
        Of a head.
    told : (H, W) float32
        What GrabCut took for the head, 0 to 1.

    Returns
    -------
    Hairlines

    References
    ----------
    Source: own derivation.
    """
    rows, cols = place.grid
    likely = np.asarray(np.clip(1.5 * place.hair, 0, 1), np.float32)
    hair = _filled(place, likely, told)
    ears = np.clip((EARS - np.abs(cols)) / 0.1, 0, 1) + (rows < BELOW_EARS)
    near = cv2.dilate(hair, _disc(place))  # loose hair is too thin to have its colour
    return Hairlines(
        hair=hair,
        beard=_beard(place, likely),
        beside=np.asarray(np.maximum(near, np.clip(ears, 0, 1)), np.float32),
        other=other_than_head(place),
    )


def soft_hairlines(place: Surroundings) -> Hairlines:
    """Find hair of a head that stays where it is, before its own clothes.

    Parameters
    ----------
    place : Surroundings
        Of a head.

    Returns
    -------
    Hairlines
        With no beard and nothing else.

    References
    ----------
    Source: own derivation.
    """
    nothing = np.zeros(place.part.shape[:2], np.float32)
    return Hairlines(
        hair=np.asarray(np.clip(1.5 * place.hair, 0, 1), np.float32),
        beard=nothing,
        beside=nothing + 1,
        other=nothing,
    )


def other_than_head(place: Surroundings) -> NDArray[np.float32]:
    """Tell clothes below the ears, and what is seen through hair, by their colours.

    Parameters
    ----------
    place : Surroundings
        Of a head.

    Returns
    -------
    (H, W) float32
        How likely each place is something else than the head, 0 to 1.

    References
    ----------
    Source: own derivation.
    """
    rows, cols = place.grid
    beside = np.clip((np.hypot(np.maximum(rows, 0) / 0.92, cols / 0.58) - 1) / 0.15 + 0.5, 0, 1)
    below = np.clip((rows + 0.1) / 0.3, 0, 1)
    worn = np.maximum(_clothes(place) * below, _seen_through(place))
    return np.asarray(worn * beside, np.float32)


def _clothes(place: Surroundings) -> NDArray[np.float32]:
    """Tell clothes: of a colour commoner below the throat than in hair and face."""
    rows, _ = place.grid
    start = (place.neck + CLOTHES_FROM * place.size - place.at[0]) / place.reach
    worn = (place.part[..., 3] > 230) & (rows > start)
    hair, face = place.hair_and_face
    if min(int(worn.sum()), int(hair.sum()), int(face.sum())) < FEWEST:
        return np.zeros(worn.shape, np.float32)
    own = np.maximum(place.commonness(hair), place.commonness(face))
    below = place.commonness(worn)
    is_worn = (below > COMMON) & (below > CLOTHES * own)
    share = cv2.GaussianBlur(is_worn[place.bins].astype(np.float32), (0, 0), 3)
    return np.asarray(np.clip((share - 0.4) / 0.3, 0, 1), np.float32)


def _seen_through(place: Surroundings) -> NDArray[np.float32]:
    """Tell leaves and sky: of a hue that neither skin nor hair has, unless the hair is dyed so."""
    lab = place.lab.astype(np.float32) - 128
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1]))
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    strange = ((hue < GROWN_HUES[0]) | (hue > GROWN_HUES[1])) & (chroma > COLOURED)
    hair, _ = place.hair_and_face
    if not hair.any() or float(strange[hair].mean()) > DYED:
        return np.zeros(strange.shape, np.float32)
    share = cv2.GaussianBlur(strange.astype(np.float32), (0, 0), 2)
    return np.asarray(np.clip((share - 0.35) / 0.3, 0, 1), np.float32)


def _filled(
    place: Surroundings, hair: NDArray[np.float32], told: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Count as hair what lies between strands: a part of it that the light changed."""
    closed = np.asarray(cv2.morphologyEx(hair, cv2.MORPH_CLOSE, _disc(place)), np.float32)
    return np.maximum(hair, np.asarray(closed * told, np.float32))


def _disc(place: Surroundings) -> NDArray[np.uint8]:
    side = round(STRAND * place.reach) | 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def _beard(place: Surroundings, hair: NDArray[np.float32]) -> NDArray[np.float32]:
    rows, cols = place.grid
    lower = (rows > 0.5) & (rows < 1) & (np.abs(cols) < 0.45)
    if not lower.any() or float(hair[lower].mean()) < BEARD:
        return np.zeros(hair.shape, np.float32)
    inside = 1 - np.hypot(np.maximum(rows, 0) / BEARD_END, cols / BEARD_WIDTH)
    return np.asarray(np.clip(inside / 0.08 + 0.5, 0, 1), np.float32)


def tidied(front: NDArray[np.uint8], place: Surroundings, lines: Hairlines) -> NDArray[np.uint8]:
    """Let the cut below the cheeks run smoothly, as hair falls, whatever the clothes' pattern.

    Parameters
    ----------
    front : (H, W) uint8
        Face and hair.
    place : Surroundings
        Of the head.
    lines : Hairlines
        Of the head.

    Returns
    -------
    (H, W) uint8
        Without holes but those through which something else is seen.

    References
    ----------
    Source: own derivation.
    """
    rows, _ = place.grid
    whole = _without_holes(front, lines.other)
    soft = cv2.GaussianBlur(whole, (0, 0), OUTLINE * place.reach).astype(np.float32) / 255
    even = 255 * np.clip((soft - 0.5) * 4 + 0.5, 0, 1)
    share = np.clip((rows - 0.5) / 0.2, 0, 1)
    return np.asarray(np.rint(whole * (1 - share) + even * share), np.uint8)


def _without_holes(front: NDArray[np.uint8], other: NDArray[np.float32]) -> NDArray[np.uint8]:
    count, found = cv2.connectedComponents(np.where(front > 127, np.uint8(0), np.uint8(1)))
    labels = np.asarray(found, np.int32)
    seen = np.bincount(labels.ravel(), weights=other.ravel(), minlength=count)
    sizes = np.bincount(labels.ravel(), minlength=count)
    is_hole = seen < 0.3 * sizes
    is_hole[0] = False
    edges = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    is_hole[np.unique(edges)] = False
    return np.where(is_hole[labels], np.uint8(255), front)
