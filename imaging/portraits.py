"""A person's head, cut off a picture: face, hair and as much of the neck as is bare."""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.body import Person
from imaging.complexion import face_tone
from imaging.hairlines import hairlines, other_than_head, soft_hairlines, tidied
from imaging.measuring import Body
from imaging.surroundings import FEWEST, Surroundings, surroundings

Mask: TypeAlias = NDArray[np.uint8]

WORKING_SHARE = 0.5
"""GrabCut tells the head from clothes at half size; its edge is softened anyway."""

ROUNDS = 4
"""Rounds of GrabCut; more change nothing that is seen."""

HAIR_REACH = 0.25
"""How far below the pit of the throat hair is followed at its sides, per size of the head."""

TIP = 0.35
"""By how much further it reaches in the middle of a strand, which ends in a tip."""

ONE_COLOUR = 16.0
"""Distance in CIELAB (8 bit) below which what is above a face is no hair, but more of it."""

OWN_HUE = 18.0
"""Distance from the tone's hue and chroma in CIELAB (8 bit) at which skin is somebody else's."""

FACE_WIDTH = 0.9
"""Half a face's width at the ears, per distance from there to the chin."""

NARROW_FACE = 0.72
"""The same at the cheeks, beside which long hair hangs down."""

OWN_NECK = 0.55
"""How far below the chin a neck fades into another one, in the same measure."""

NECK_PIECE = 0.25
"""Narrowest piece of skin that is a neck and no edge of a collar, in that measure."""

THROAT, THROAT_MIN = 0.62, 0.38
"""Half a throat's width, per distance from the ears to the chin; where hair hangs before it."""

HANGING_FROM = 0.5
"""How far down from the ears hair is beside the face that hangs further down, in that measure."""

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
    place = surroundings(person, body)
    front = _face_and_hair(place, alone=True)
    rgba, before = np.zeros_like(person.rgba), np.zeros(person.rgba.shape[:2], np.uint8)
    rgba[place.window] = place.part
    neck = _bare_neck(place, skin[place.window])
    rgba[place.window][..., 3] = np.minimum(place.part[..., 3], np.maximum(front, neck))
    before[place.window] = np.minimum(place.part[..., 3], front)
    return Head(
        rgba=rgba,
        front=before,
        tone=face_tone(place.part, place.at, place.chin),
        centre=body.middle("head"),
        neck=body.joints["neck"],
        crown=float(body.joints["crown"][0]),
    )


def head_before_clothes(person: Person, body: Body) -> Mask | None:
    """Find face and hair, which clothes do not cover.

    Parameters
    ----------
    person : Person
        In the body frame.
    body : Body
        Measures of the person.

    Returns
    -------
    (H, W) uint8 or None
        None where head and face have one colour, so that nothing tells them from a neck: a
        mannequin's, or a bald one.

    References
    ----------
    Source: own derivation.
    """
    place = surroundings(person, body)
    part = place.part
    lab = cv2.cvtColor(np.ascontiguousarray(part[..., :3]), cv2.COLOR_RGB2LAB).astype(np.int32)
    hair, face = (lab[known] for known in place.hair_and_face)
    if min(len(hair), len(face)) < FEWEST:
        return None
    if float(np.linalg.norm(np.median(hair, axis=0) - np.median(face, axis=0))) < ONE_COLOUR:
        return None
    front = np.zeros(person.rgba.shape[:2], np.uint8)
    own = np.minimum(part[..., 3], _face_and_hair(place))
    # What is surely head is kept as it is; the edge beside clothes is soft.
    front[place.window] = np.where(own > 200, np.uint8(255), own)
    return front


def _face_and_hair(place: Surroundings, *, alone: bool = False) -> Mask:
    """Find what clothes do not cover: the face down to the chin, and hair as far as it is seen.

    On the own body the clothes are still there, and a soft cut is best. A head that is shown
    ``alone`` must not have anything of them.
    """
    rows, cols = place.grid
    told = np.asarray(_told_apart(place, alone=alone).astype(np.float32) / 255, np.float32)
    lines = hairlines(place, told) if alone else soft_hairlines(place)
    face = np.clip((1.04 - np.hypot(np.maximum(rows, 0), cols / FACE_WIDTH)) / 0.08 + 0.5, 0, 1)
    # Beside the cheeks there are ears, and hair whose colour the light changed.
    beside = np.clip((0.7 - rows) / 0.35, 0, 1) * lines.beside
    # Under the chin is the throat, and what is dark there is a dark collar unless it hangs down.
    hanging = _hanging(lines.hair, rows, cols, NARROW_FACE if alone else FACE_WIDTH)
    aside = THROAT + (THROAT_MIN - THROAT) * hanging
    throat = np.clip((rows - 0.9) / 0.2, 0, 1) * np.clip((aside - np.abs(cols)) / 0.2, 0, 1)
    hair = lines.hair * (1 - throat * (1 - lines.beard))
    found = told * np.maximum(np.maximum(face, beside), hair) * (1 - lines.other)
    front = _in_one_piece(np.rint(255 * found).astype(np.uint8), place)
    return _ending_in_tips(tidied(front, place, lines) if alone else front, place)


def _hanging(
    hair: NDArray[np.float32], rows: NDArray[np.float32], cols: NDArray[np.float32], wide: float
) -> NDArray[np.float32]:
    """Tell hair that comes down from beside the face, each row from the one above: no beard."""
    hanging = np.asarray((hair > 0.5) & (np.hypot(rows, cols / wide) > 1))
    for row in range(max(1, int((rows < HANGING_FROM).sum())), len(hanging)):
        near = hanging[row - 1].copy()
        if row % 2:  # it falls rather than that it grows broader
            near[1:] |= hanging[row - 1, :-1]
            near[:-1] |= hanging[row - 1, 1:]
        hanging[row] = near & (hair[row] > 0.5)
    return np.asarray(cv2.GaussianBlur(hanging.astype(np.float32), (0, 0), 3), np.float32)


def _bare_neck(place: Surroundings, skin: Mask) -> Mask:
    """Find the skin just below a chin, which fades into another neck."""
    rows, cols = place.grid
    side = max(3, round(NECK_PIECE * place.reach)) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    whole = cv2.morphologyEx(_of_tone(place, skin), cv2.MORPH_OPEN, disc)  # no edge of a collar
    own = cv2.GaussianBlur(whole, (0, 0), 2)
    fade = np.clip((1 + OWN_NECK - rows) / 0.45, 0, 1) * np.clip((0.85 - np.abs(cols)) / 0.15, 0, 1)
    return np.asarray(np.rint(own * fade * (rows > 0)), np.uint8)


def _ending_in_tips(front: Mask, place: Surroundings) -> Mask:
    """Let strands end where clothes begin, each in a tip, as hair does that falls behind."""
    cols = np.arange(front.shape[1], dtype=np.float32)[None]
    bare = front <= 70
    before = np.maximum.accumulate(np.where(bare, cols, -1), axis=1)
    after = np.minimum.accumulate(np.where(bare, cols, cols[:, -1:] + 1)[:, ::-1], axis=1)[:, ::-1]
    aside = np.minimum(cols - before, after - cols)
    rows = np.arange(front.shape[0], dtype=np.float32)[:, None]
    end = place.neck + HAIR_REACH * place.size + np.minimum(aside, TIP * place.size)
    kept = np.clip((end - rows) / (0.06 * place.size), 0, 1)
    return np.asarray(np.rint(front * kept), np.uint8)


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
    place = surroundings(person, body)
    return face_tone(place.part, place.at, place.chin)


def _told_apart(place: Surroundings, *, alone: bool = False) -> Mask:
    """Tell head from clothes: what lies above the ears is head, what lies below the throat not."""
    part, at, size = place.part, place.at, place.size
    chin, neck = place.chin, place.neck
    height, width = part.shape[:2]
    small = (max(8, round(width * WORKING_SHARE)), max(8, round(height * WORKING_SHARE)))
    seen = part[..., 3] > 100
    colours = np.where(seen[..., None], part[..., :3], np.array(NOTHING, np.uint8))
    colours = cv2.resize(np.ascontiguousarray(colours), small, interpolation=cv2.INTER_AREA)
    rows = np.arange(height, dtype=np.float32)[:, None] - np.float32(at[0])
    cols = np.arange(width, dtype=np.float32)[None] - np.float32(at[1])
    trimap = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    trimap[(rows < chin - at[0]) & (np.abs(cols) < 0.75 * size)] = cv2.GC_PR_FGD
    below = np.maximum(rows, 0) / max(0.9 * (chin - at[0]), 1.0)
    face = below**2 + (cols / (0.36 * size)) ** 2 < 1  # and dark glasses are no clothes
    trimap[face | (rows + 0 * cols < -0.1 * size)] = cv2.GC_FGD
    trimap[(rows + at[0] > neck + 0.5 * size) & (np.abs(cols) < 9 * size)] = cv2.GC_BGD
    if alone:
        other = other_than_head(place) > 0.5
        trimap[(trimap == cv2.GC_PR_BGD) & (place.hair > 0.9) & ~other] = cv2.GC_PR_FGD
        trimap[other] = cv2.GC_BGD
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


def _of_tone(place: Surroundings, skin: Mask) -> Mask:
    """Keep of what may be skin what has the face's own hue: a red scarf has not."""
    part, chin = place.part, place.chin
    tone = np.rint(face_tone(part, place.at, chin)).astype(np.uint8)[None, None]
    own = cv2.cvtColor(tone, cv2.COLOR_RGB2LAB)[0, 0].astype(np.float32)
    lab = cv2.cvtColor(np.ascontiguousarray(part[..., :3]), cv2.COLOR_RGB2LAB)
    apart = np.hypot(*np.moveaxis(lab[..., 1:].astype(np.float32) - own[1:], 2, 0))
    kept = np.asarray(np.rint(skin * np.clip((OWN_HUE - apart) / 4, 0, 1)), np.uint8)
    kept[: int(chin)] = skin[: int(chin)]  # a cheek in the sun is paler
    return kept


def _in_one_piece(mask: Mask, place: Surroundings) -> Mask:
    """Drop what hangs on the head by a thread only, as a neckline's edge does, and specks."""
    chin, side = int(place.chin), max(3, round(0.16 * place.size)) | 1
    solid = np.where(mask > 70, np.uint8(255), np.uint8(0))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    thick = np.asarray(cv2.morphologyEx(solid, cv2.MORPH_OPEN, disc), np.uint8)
    thick[:chin] = solid[:chin]
    kept = _joined_to_face(thick, place)
    near = cv2.GaussianBlur(cv2.dilate(kept, disc, iterations=2), (0, 0), 0.08 * place.size)
    result = mask.copy()
    result[chin:] = cv2.multiply(mask[chin:], near[chin:], scale=1 / 255)
    whole = _joined_to_face(np.where(result > 70, np.uint8(255), np.uint8(0)), place)
    result[cv2.dilate(whole, np.ones((5, 5), np.uint8)) == 0] = 0
    return result


def _joined_to_face(solid: Mask, place: Surroundings) -> Mask:
    labels = np.asarray(cv2.connectedComponents(solid)[1], np.int32)
    middle = labels[int(place.at[0]), int(place.at[1])]
    return np.where(labels == middle, np.uint8(255), np.uint8(0))
