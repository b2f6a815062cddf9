"""A person's head, cut off a picture: face, hair and as much of the neck as is bare."""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.body import Person
from imaging.measuring import Body, jaw_row

Mask: TypeAlias = NDArray[np.uint8]

WORKING_SHARE = 0.5
"""GrabCut tells the head from clothes at half size; its edge is softened anyway."""

ROUNDS = 4
"""Rounds of GrabCut; more change nothing that is seen."""

HAIR_REACH = 0.42
"""How far below the pit of the throat hair is followed, per shoulder distance; it fades there."""

ONE_COLOUR = 16.0
"""Distance in CIELAB (8 bit) below which what is above a face is no hair, but more of it."""

FEWEST = 200
"""Pixels of hair and of face from which they are told apart."""

PLAIN_SKIN = (196, 158, 138)
"""Tone of a body whose face shows no skin."""

CHROMA_MAX = 27.0
"""Most chroma of a body's skin in CIELAB."""

NOTHING = (0, 255, 0)
"""Colour of what is not there: one no garment and no skin has."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Head:
    """A head cut off a picture.

    Attributes
    ----------
    rgba : (H, W, 4) uint8
        Straight alpha, in the frame of the person.
    front : (H, W) uint8
        255 on face and hair, not on the neck, which collars cover.
    tone : (3,) float64
        sRGB of the skin next to the cut.
    centre, neck : (2,) float64
        Middle between the sides of the head, and the pit of the throat; ``row, col``.
    crown : float
        Row of the highest hair.
    """

    rgba: NDArray[np.uint8]
    front: Mask
    tone: NDArray[np.float64]
    centre: NDArray[np.float64]
    neck: NDArray[np.float64]
    crown: float


def cut_off_head(person: Person, body: Body, skin: Mask) -> Head:
    """Cut the head with hair and bare neck off a person.

    Parameters
    ----------
    person : Person
        In the body frame.
    body : Body
        Measures of the person.
    skin : (H, W) uint8
        255 where a pixel has the colour of the person's face.

    Returns
    -------
    Head

    References
    ----------
    C. Rother, V. Kolmogorov, A. Blake, "GrabCut", SIGGRAPH 2004. What is given to it, and how
    the cut fades: own derivation.
    """
    window, part, at, size = _surroundings(person, body)
    chin, neck = float(jaw_row(body)), body.joints["neck"]
    mask, flesh = _mask(part, skin[window], at, size, (chin, float(neck[0])))
    rgba, front = np.zeros_like(person.rgba), np.zeros(person.rgba.shape[:2], np.uint8)
    rgba[window] = part
    rgba[window][..., 3] = np.minimum(part[..., 3], mask)
    front[window] = np.minimum(rgba[window][..., 3], _before_collars(flesh, at, chin))
    return Head(
        rgba=rgba,
        front=front,
        tone=face_tone(part, at, chin),
        centre=body.middle("head"),
        neck=neck,
        crown=float(body.joints["crown"][0]),
    )


def head_before_clothes(person: Person, body: Body, skin: Mask) -> Mask | None:
    """Find face and hair, which clothes do not cover.

    Parameters
    ----------
    person : Person
        In the body frame.
    body : Body
        Measures of the person.
    skin : (H, W) uint8
        255 where a pixel has the colour of the person's face.

    Returns
    -------
    (H, W) uint8 or None
        None where head and face have one colour, so that nothing tells them from a neck: a
        mannequin's, or a bald one.

    References
    ----------
    Source: own derivation.
    """
    window, part, at, size = _surroundings(person, body)
    chin = float(jaw_row(body))
    lab = cv2.cvtColor(np.ascontiguousarray(part[..., :3]), cv2.COLOR_RGB2LAB).astype(np.int32)
    hair, face = (lab[known] for known in _hair_and_face(part, at, chin))
    if min(len(hair), len(face)) < FEWEST:
        return None
    if float(np.linalg.norm(np.median(hair, axis=0) - np.median(face, axis=0))) < ONE_COLOUR:
        return None
    mask, flesh = _mask(part, skin[window], at, size, (chin, float(body.joints["neck"][0])))
    front = np.zeros(person.rgba.shape[:2], np.uint8)
    own = np.minimum(np.minimum(part[..., 3], mask), _before_collars(flesh, at, chin))
    # What is surely head is kept as it is; the edge beside clothes is soft.
    front[window] = np.where(own > 200, np.uint8(255), own)
    return front


def _surroundings(
    person: Person, body: Body
) -> tuple[tuple[slice, slice], NDArray[np.uint8], NDArray[np.float64], float]:
    """Give the place round the head, its pixels, the head's middle in it, and the head's size."""
    centre, neck = body.middle("head"), body.joints["neck"]
    size = max(float(neck[0] - centre[0]), 0.2 * body.unit)
    height, width = person.rgba.shape[:2]
    window = (
        slice(0, int(np.clip(neck[0] + 0.9 * size, 8, height))),
        slice(max(0, int(centre[1] - 2.2 * size)), min(width, int(centre[1] + 2.2 * size))),
    )
    return window, person.rgba[window], centre - (0, window[1].start), size


def _mask(
    part: NDArray[np.uint8],
    skin: Mask,
    at: NDArray[np.float64],
    size: float,
    rows: tuple[float, float],
) -> tuple[Mask, Mask]:
    """Find the head, softly ended, and the skin of its neck; rows are of chin and throat."""
    chin, neck = rows
    hair = _hair(part, at, chin)
    # Skin beside the neck is no neck: it is hair of that colour, or a shoulder.
    aside = np.abs(np.arange(part.shape[1]) - at[1]) / max(chin - at[0], 4.0)
    flesh = np.rint(skin * (1 - hair) * np.clip((1.1 - aside) / 0.2, 0, 1)).astype(np.uint8)
    mask = _told_apart(part, at, size, chin, neck)
    mask = np.minimum(mask, _hair_or_skin(hair, skin, at, rows))
    mask = _faded(mask, flesh, chin, neck, size)
    return _in_one_piece(mask, at, chin, size), flesh


def _before_collars(flesh: Mask, at: NDArray[np.float64], chin: float) -> Mask:
    """Leave out the skin below the jaw, which is round."""
    rows = np.arange(flesh.shape[0], dtype=np.float32)[:, None] - np.float32(at[0])
    cols = np.arange(flesh.shape[1], dtype=np.float32)[None] - np.float32(at[1])
    reach = max(float(chin - at[0]), 4.0)
    outside = np.hypot(np.maximum(rows, 0) / reach, 0.9 * cols / reach) - 1
    jaw = np.clip(1 - outside * reach / 3, 0, 1)
    jaw[(rows < 0)[:, 0]] = 1
    near = cv2.GaussianBlur(cv2.dilate(flesh, np.ones((9, 9), np.uint8)), (0, 0), 2)
    hair = 1 - near.astype(np.float32) / 255
    return np.asarray(np.rint(255 * np.maximum(jaw, hair)), np.uint8)


def is_skin_hue(lab: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell which colours may be skin in ordinary light.

    Parameters
    ----------
    lab : (N, 3) uint8
        CIELAB as OpenCV scales it to 8 bit.

    Returns
    -------
    (N,) bool

    References
    ----------
    Skin of every people lies in one narrow fan of hues: S. L. Phung, A. Bouzerdoum, D. Chai,
    "Skin segmentation using color pixel classification", IEEE TPAMI 27(1), 2005. The bounds:
    own derivation.
    """
    red, yellow = lab[:, 1].astype(np.float32) - 128, lab[:, 2].astype(np.float32) - 128
    hue = np.degrees(np.arctan2(yellow, red))
    return np.asarray(
        (hue > 12) & (hue < 82) & (np.hypot(red, yellow) > 7) & (lab[:, 0] > 46), np.bool_
    )


def face_tone_of(person: Person, body: Body) -> NDArray[np.float64]:
    """Tell the skin's tone of a person from the lit part of the face.

    Parameters
    ----------
    person : Person
        In the body frame.
    body : Body
        Measures of the person.

    Returns
    -------
    (3,) float64
        sRGB.

    References
    ----------
    Source: own derivation.
    """
    _, part, at, _ = _surroundings(person, body)
    return face_tone(part, at, float(jaw_row(body)))


def face_tone(part: NDArray[np.uint8], at: NDArray[np.float64], chin: float) -> NDArray[np.float64]:
    """Tell the skin's tone from the lit part of a face, whatever beard and glasses hide.

    Parameters
    ----------
    part : (H, W, 4) uint8
        A head, straight alpha.
    at : (2,) float64
        Its middle, ``row, col``.
    chin : float
        Row of the chin.

    Returns
    -------
    (3,) float64
        sRGB.

    References
    ----------
    Source: own derivation.
    """
    reach = max(float(chin - at[0]), 4.0)
    rows = slice(max(0, int(at[0] - 0.8 * reach)), int(at[0] + 0.8 * reach) + 1)
    cols = slice(max(0, int(at[1] - 0.6 * reach)), int(at[1] + 0.6 * reach) + 1)
    face = part[rows, cols].reshape(-1, 4)
    face = np.ascontiguousarray(face[face[:, 3] > 200][:, :3])
    if len(face) == 0:
        return np.array(PLAIN_SKIN, np.float64)
    lab = cv2.cvtColor(face[None], cv2.COLOR_RGB2LAB)[0]
    is_skin = is_skin_hue(lab)
    if int(is_skin.sum()) < 30:
        return np.array(PLAIN_SKIN, np.float64)
    lab = (lab[is_skin].astype(np.float32) - (0, 128, 128)) * (100 / 255, 1, 1)
    low, high = np.quantile(lab[:, 0], (0.7, 0.95))
    lit = np.median(lab[(lab[:, 0] >= low) & (lab[:, 0] <= high)], axis=0)
    # The sun colours a cheek more than it colours a whole body.
    lit[1:] *= min(1.0, CHROMA_MAX / max(float(np.hypot(*lit[1:])), 1e-3))
    back = np.rint(lit * (255 / 100, 1, 1) + (0, 128, 128)).clip(0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(back[None, None], cv2.COLOR_LAB2RGB)[0, 0], np.float64)


def _told_apart(
    part: NDArray[np.uint8], at: NDArray[np.float64], size: float, chin: float, neck: float
) -> Mask:
    """Tell head from clothes: what lies above the ears is head, what lies below the throat not."""
    height, width = part.shape[:2]
    small = (max(8, round(width * WORKING_SHARE)), max(8, round(height * WORKING_SHARE)))
    seen = part[..., 3] > 100
    colours = np.where(seen[..., None], part[..., :3], np.array(NOTHING, np.uint8))
    colours = cv2.resize(np.ascontiguousarray(colours), small, interpolation=cv2.INTER_AREA)
    rows = np.arange(height, dtype=np.float32)[:, None] - np.float32(at[0])
    cols = np.arange(width, dtype=np.float32)[None] - np.float32(at[1])
    trimap = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    trimap[(rows < chin - at[0]) & (np.abs(cols) < 0.75 * size)] = cv2.GC_PR_FGD
    face = (rows / max(0.9 * (chin - at[0]), 1.0)) ** 2 + (cols / (0.36 * size)) ** 2 < 1
    trimap[(face & (rows >= 0)) | (rows + 0 * cols < -0.1 * size)] = cv2.GC_FGD
    trimap[(rows + at[0] > neck + 0.5 * size) & (np.abs(cols) < 9 * size)] = cv2.GC_BGD
    trimap[~seen] = cv2.GC_BGD
    trimap = np.asarray(cv2.resize(trimap, small, interpolation=cv2.INTER_NEAREST), np.uint8)
    if not (trimap == cv2.GC_FGD).any() or not (trimap == cv2.GC_BGD).any():
        return np.where(seen & (rows < chin - at[0]), np.uint8(255), np.uint8(0))
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    whole = (0, 0, 0, 0)  # the mask says where; OpenCV's types want a rectangle nevertheless
    cv2.grabCut(colours, trimap, whole, *models, ROUNDS, cv2.GC_INIT_WITH_MASK)
    is_head = (trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD)
    opened = cv2.morphologyEx(
        np.where(is_head, np.uint8(255), np.uint8(0)), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)
    )
    found = np.asarray(cv2.morphologyEx(opened, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)))
    _, labels = cv2.connectedComponents(found)
    labels = np.asarray(labels, np.int32)
    middle = labels[int(at[0] * WORKING_SHARE), int(at[1] * WORKING_SHARE)]
    found[labels != middle] = 0
    wide = cv2.resize(found, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.GaussianBlur(wide, (0, 0), 1.2), np.uint8)


def _hair(part: NDArray[np.uint8], at: NDArray[np.float64], chin: float) -> NDArray[np.float32]:
    """Tell how likely each place is hair: of a colour commoner above the face than in it."""
    height, width = part.shape[:2]
    lab = cv2.cvtColor(np.ascontiguousarray(part[..., :3]), cv2.COLOR_RGB2LAB).astype(np.int32)
    bins = (lab // (24, 8, 8)) @ (1024, 32, 1)
    hair, face = _hair_and_face(part, at, chin)
    if min(int(hair.sum()), int(face.sum())) < FEWEST:
        return np.zeros((height, width), np.float32)
    counts = [
        cv2.GaussianBlur(
            np.bincount(bins[known], minlength=16384).astype(np.float32).reshape(-1, 32, 32),
            (3, 3),
            0,
        ).ravel()
        / float(known.sum())
        for known in (hair, face)
    ]
    likely = (counts[0] > 4e-4) & (counts[0] > 0.7 * counts[1])
    seen = (part[..., 3] > 230).astype(np.float32)
    share = cv2.GaussianBlur(likely[bins].astype(np.float32) * seen, (0, 0), 4)
    return np.asarray(np.clip((share - 0.35) / 0.3, 0, 1), np.float32)


def _hair_and_face(
    part: NDArray[np.uint8], at: NDArray[np.float64], chin: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Give places that are surely hair, or a hat, and surely face."""
    height, width = part.shape[:2]
    rows = np.arange(height)[:, None] - at[0]
    cols = np.abs(np.arange(width)[None] - at[1])
    reach = max(float(chin - at[0]), 4.0)
    seen = part[..., 3] > 230
    inside = (rows / (0.85 * reach)) ** 2 + (cols / (0.55 * reach)) ** 2 < 1
    face = seen & inside & (rows > -0.3 * reach)
    hair = seen & (rows < 0.2 * reach) & ~inside & ((rows < -0.6 * reach) | (cols > 0.75 * reach))
    return hair, face


def _hair_or_skin(
    hair: NDArray[np.float32], skin: Mask, at: NDArray[np.float64], ends: tuple[float, float]
) -> Mask:
    """Leave out, round the jaw, what has the colour of neither: collars, scarves, straps."""
    chin, throat = ends
    reach = max(float(chin - at[0]), 4.0)
    rows = (np.arange(len(skin), dtype=np.float32)[:, None] - np.float32(at[0])) / reach
    cols = (np.arange(skin.shape[1], dtype=np.float32)[None] - np.float32(at[1])) / reach
    # Of skin's colour beside the neck there is hair, and further down a shoulder.
    is_shoulder = rows > 0.8 * max((throat - at[0]) / reach, 1.0)
    neck = np.where(is_shoulder, np.clip((0.9 - np.abs(cols)) / 0.2, 0, 1), 1)
    either = np.maximum(255 * hair, cv2.GaussianBlur(skin, (0, 0), 2) * neck)
    face = np.clip((1.05 - np.hypot(np.maximum(rows, 0), 0.95 * cols)) / 0.1, 0, 1)
    face[(rows < 0.4)[:, 0]] = 1
    allowed = np.maximum(255 * face, (either - 60) * 1.6)
    return np.asarray(np.rint(np.clip(allowed, 0, 255)), np.uint8)


def _faded(mask: Mask, flesh: Mask, chin: float, neck: float, size: float) -> Mask:
    """Let the neck fade into another one, and hair end softly."""
    rows = np.arange(mask.shape[0], dtype=np.float32)[:, None]
    length = max(neck - chin, 0.12 * size)
    bare = np.clip((chin + 0.75 * length - rows) / (0.5 * length), 0, 1)
    hair = np.clip((neck + HAIR_REACH * size - rows) / (0.45 * size), 0, 1)
    soft = cv2.GaussianBlur(flesh, (0, 0), 4).astype(np.float32) / 255
    kept = soft * bare + (1 - soft) * hair
    return np.asarray(np.rint(mask * kept), np.uint8)


def _in_one_piece(mask: Mask, at: NDArray[np.float64], chin: float, size: float) -> Mask:
    """Drop what hung on the head by faded skin or by a thread only, as a neckline's edge does."""
    solid = np.where(mask > 70, np.uint8(255), np.uint8(0))
    side = max(3, round(0.16 * size)) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    thick = cv2.morphologyEx(solid, cv2.MORPH_OPEN, disc)
    thick[: int(chin)] = solid[: int(chin)]
    labels = np.asarray(cv2.connectedComponents(thick)[1], np.int32)
    middle = labels[int(at[0]), int(at[1])]
    kept = np.where(labels == middle, np.uint8(255), np.uint8(0))
    near = cv2.GaussianBlur(cv2.dilate(kept, disc), (0, 0), 0.08 * size)
    below = slice(int(chin), None)
    result = mask.copy()
    result[below] = cv2.multiply(mask[below], near[below], scale=1 / 255)
    return result
