"""Which pixels of a person are skin, hair and arms: what stays in front of clothes."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.body import Person
from imaging.complexion import is_skin_hue
from imaging.measuring import ELBOW, SIDES, WRIST, Body, chin_row, jaw_row
from imaging.portraits import face_tone_of, head_before_clothes

Mask: TypeAlias = NDArray[np.uint8]

WORKING_SHARE = 0.5
"""Skin is told apart at half size; its masks are softened anyway."""


FEWEST_SAMPLES = 50
"""Pixels of a face that tell what the skin is like."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Surface:
    """What a person's pixels are.

    Attributes
    ----------
    skin : (H, W) uint8
        255 where a pixel has the colour of this person's own face or hands.
    tone : (3,) float64
        Median sRGB of the skin.
    head : (H, W) uint8
        255 on head and hair down to the chin, and on hair that falls further.
    front : (H, W) uint8
        The head without the corners of bare neck beside the chin, which high collars cover.
    jaw : (H, W) uint8
        The same without any neck, which a turtleneck covers.
    forearms : (H, W) uint8
        255 on bare forearms and hands.
    hands : (H, W) uint8
        255 on hands.
    """

    skin: Mask
    tone: NDArray[np.float64]
    head: Mask
    front: Mask
    jaw: Mask
    forearms: Mask
    hands: Mask


def look_at(person: Person, body: Body) -> Surface:
    """Tell skin, hair and forearms of a person.

    Parameters
    ----------
    person : Person
        In the body frame.
    body : Body
        Measures of the person.

    Returns
    -------
    Surface

    References
    ----------
    Source: own derivation.
    """
    if person.head is not None:
        return _of_somebody_bare(person.rgba, person.head, body)
    skin = _skin(person, body)
    tone = _tone(person, body, skin)
    head = head_before_clothes(person, body)
    if head is not None:
        front = jaw = head
        tone = face_tone_of(person, body)
    else:
        head = _head(person, body, tone)
        front = _before_collars(body, skin, head, end=int(chin_row(body)))
        jaw = _before_collars(body, skin, head, end=int(jaw_row(body)))
    return Surface(
        skin=skin,
        tone=tone,
        head=head,
        front=front,
        jaw=jaw,
        forearms=_arms(body, skin, first="elbow"),
        hands=_arms(body, skin, first="wrist"),
    )


def _of_somebody_bare(rgba: NDArray[np.uint8], head: Mask, body: Body) -> Surface:
    skin: Mask = np.asarray(cv2.subtract(np.ascontiguousarray(rgba[..., 3]), head), np.uint8)
    arms = {first: _arms(body, skin, first=first) for first in ("elbow", "wrist")}
    return Surface(
        skin=skin,
        tone=np.asarray(np.median(rgba[skin > 220][:, :3], axis=0), np.float64),
        head=head,
        front=head,
        jaw=head,
        forearms=arms["elbow"],
        hands=arms["wrist"],
    )


def _face_samples(person: Person, body: Body) -> NDArray[np.uint8]:
    left, right = body.both("head")
    width = right[1] - left[1]
    rows = slice(int(left[0] + 0.05 * width), int(chin_row(body)))
    cols = slice(int(left[1] + 0.3 * width), int(right[1] - 0.3 * width) + 1)
    patch = person.rgba[rows, cols].reshape(-1, 4)
    seen = np.ascontiguousarray(patch[patch[:, 3] > 200][:, :3])
    if len(seen) == 0:
        return seen
    # Beards, glasses and hair before a face are not skin.
    skin = seen[is_skin_hue(cv2.cvtColor(seen[None], cv2.COLOR_RGB2LAB)[0])]
    return np.asarray(skin if len(skin) >= FEWEST_SAMPLES else seen, np.uint8)


def _skin(person: Person, body: Body) -> Mask:
    height, width = person.rgba.shape[:2]
    face = _face_samples(person, body)
    if len(face) < FEWEST_SAMPLES:
        return np.zeros((height, width), np.uint8)
    lab = cv2.cvtColor(face[None], cv2.COLOR_RGB2LAB)[0].astype(np.float32)
    lit = lab[lab[:, 0] > np.quantile(lab[:, 0], 0.35)]
    centre = np.median(lit, axis=0)
    spread = np.maximum(1.4826 * np.median(np.abs(lit - centre), axis=0), (14.0, 3.0, 3.5))
    size = (round(width * WORKING_SHARE), round(height * WORKING_SHARE))
    small = cv2.resize(person.rgba, size, interpolation=cv2.INTER_AREA)
    distance = (cv2.cvtColor(small[..., :3], cv2.COLOR_RGB2LAB) - centre) / spread
    distance[..., 0] *= 0.45  # light and shade change a limb more than its hue
    near = (distance**2).sum(axis=2)
    mask = np.clip((14.0 - near) / 6.0, 0, 1) * (small[..., 3] / np.float32(255))
    mask = cv2.medianBlur(np.rint(mask * 255).astype(np.uint8), 5)
    return np.asarray(cv2.resize(mask, (width, height)), np.uint8)


def _tone(person: Person, body: Body, skin: Mask) -> NDArray[np.float64]:
    """Median sRGB of neck and hands, or of all the skin where clothes hide them."""
    sure = np.where(skin > 220, np.uint8(255), np.uint8(0))
    sure = np.asarray(cv2.erode(sure, np.ones((5, 5), np.uint8)), np.uint8)
    neck = np.zeros_like(sure)
    at, reach = body.joints["neck"], 0.16 * body.unit
    cv2.circle(neck, (round(float(at[1])), round(float(at[0] - reach))), round(reach), 255, -1)
    wanted = sure & (neck | _arms(body, skin, first="elbow"))
    chosen = person.rgba[..., :3][wanted > 0]
    if len(chosen) < 400:
        chosen = person.rgba[..., :3][sure > 0]
    if len(chosen) == 0:
        return np.array([200.0, 160.0, 140.0])
    # A little above the middle: half of a limb lies in its own shade.
    tone = np.quantile(chosen, 0.58, axis=0)
    face = _face_samples(person, body)
    if len(face) < FEWEST_SAMPLES:
        return np.asarray(tone, np.float64)
    # A scarf of the cheeks' colour is not what the limbs look like.
    near = np.median(face, axis=0)
    return np.asarray(np.clip(tone, near - 30, near + 45), np.float64)


def _head(person: Person, body: Body, tone: NDArray[np.float64]) -> Mask:
    height, width = person.rgba.shape[:2]
    chin = int(np.clip(chin_row(body), 1, height))
    head = np.zeros((height, width), np.uint8)
    left, right = body.both("head")
    wide = right[1] - left[1]
    cols = slice(max(0, int(left[1] - 0.7 * wide)), int(right[1] + 0.7 * wide))
    level = int(np.clip(body.middle("head")[0], 0, chin))
    head[:level, cols] = 255
    # Beside the jaw there are collars and hoods; hair that falls there is found by its colour.
    head[level:chin, max(0, int(left[1] - 0.12 * wide)) : int(right[1] + 0.12 * wide)] = 255
    head &= np.where(person.rgba[..., 3] > 0, np.uint8(255), np.uint8(0))
    return np.maximum(head, _falling_hair(person, body, tone, chin, cols))


def _before_collars(body: Body, skin: Mask, head: Mask, *, end: float) -> Mask:
    """Round the head towards its end like a jaw where it is skin; hair hangs as it hangs."""
    left, right = body.both("head")
    middle, level = (left[1] + right[1]) / 2, body.middle("head")[0]
    chin = int(np.clip(chin_row(body), 1, head.shape[0]))
    first = int(np.clip(level, 0, chin))
    down = (np.arange(first, chin) + 0.5 - level) / max(end - level, 1.0)
    half = 0.56 * (right[1] - left[1]) * np.sqrt(1 - np.clip(down, 0, 1) ** 2)
    half[down >= 1] = -1.0  # below it not even the middle column is face
    outside = np.abs(np.arange(head.shape[1])[None] - middle) - half[:, None]
    jaw = np.clip(255 * (1 - outside), 0, 255)
    front = head.copy()
    near_skin = cv2.dilate(skin[first:chin], np.ones((25, 25), np.uint8)) if first < chin else 0
    front[first:chin] = np.minimum(head[first:chin], np.maximum(jaw, 255 - near_skin))
    return front


def _falling_hair(
    person: Person, body: Body, tone: NDArray[np.float64], chin: int, cols: slice
) -> Mask:
    """Hair below the chin: of the crown's colour, and joined to the head."""
    height, width = person.rgba.shape[:2]
    empty: Mask = np.zeros((height, width), np.uint8)
    crown = body.joints["crown"]
    reach = max(4, int(0.06 * body.unit))
    patch = person.rgba[
        int(crown[0]) + reach : int(crown[0]) + 3 * reach,
        max(0, int(crown[1]) - reach) : int(crown[1]) + reach,
    ].reshape(-1, 4)
    patch = patch[patch[:, 3] > 200][:, :3]
    if len(patch) < 20:
        return empty
    lab = cv2.cvtColor(np.ascontiguousarray(patch)[None], cv2.COLOR_RGB2LAB)[0].astype(np.float32)
    centre = np.median(lab, axis=0)
    flesh = cv2.cvtColor(np.asarray(tone, np.uint8)[None, None], cv2.COLOR_RGB2LAB)[0, 0]
    if np.linalg.norm(centre - flesh.astype(np.float32)) < 30:
        return empty  # bald, or a mannequin: the crown is skin
    top = max(0, int(body.middle("head")[0]))
    bottom = min(height, int(body.row_of(0.55)))
    area = person.rgba[top:bottom, cols]
    distance = cv2.cvtColor(np.ascontiguousarray(area[..., :3]), cv2.COLOR_RGB2LAB) - centre
    near = (np.linalg.norm(distance * (0.7, 1.4, 1.4), axis=2) < 24) & (area[..., 3] > 100)
    near = cv2.morphologyEx(near.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, labels = cv2.connectedComponents(near)
    # Hair starts beside the face; a collar of the same colour only reaches up to the jaw.
    joined = np.unique(labels[: max(1, (chin - top) // 2)])
    joined = joined[joined > 0]
    hair = np.isin(labels, joined).astype(np.uint8) * 255 if count > 1 else near
    # As dark a dress would join too: hair covers only a part of the chest.
    below = hair[max(1, chin - top) :]
    if below.size and below.mean() / 255 > 0.45:
        return empty
    # Under the chin is the throat, and what is dark there is a dark collar.
    half = 0.28 * float(body.joints["head_right"][1] - body.joints["head_left"][1])
    first = max(0, int(body.middle("head")[1] - half) - cols.start)
    hair[max(1, chin - top) :, first : max(0, int(body.middle("head")[1] + half) - cols.start)] = 0
    hair = _without_bib(np.asarray(hair, np.uint8), chin - top, 0.8 * half)
    empty[top:bottom, cols] = cv2.GaussianBlur(hair, (0, 0), 1.5)
    return empty


def _without_bib(hair: Mask, chin: int, width: float) -> Mask:
    """Take away a dark shirt's front: as broad where the search ends as it is above."""
    side = max(3, round(width)) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    padded = cv2.copyMakeBorder(hair, 0, side, 0, 0, cv2.BORDER_REPLICATE)
    broad = np.asarray(cv2.morphologyEx(padded, cv2.MORPH_OPEN, disc)[: hair.shape[0]], np.uint8)
    broad[: max(0, chin)] = 0
    _, labels = cv2.connectedComponents(broad)
    cut_off = np.unique(labels[-1])
    bib = np.isin(labels, cut_off[cut_off > 0]).astype(np.uint8)
    wide = cv2.dilate(bib, np.ones((side // 2 | 1,) * 2, np.uint8))
    wide[: max(0, chin)] = 0
    return np.where(wide > 0, np.uint8(0), hair)


def capsule(mask: Mask, points: list[tuple[NDArray[np.float64], float]]) -> None:
    """Draw a tapering limb into a mask, in place.

    Parameters
    ----------
    mask : (H, W) uint8
        Gets 255 where the limb is.
    points : list of ((2,) float64, float)
        ``row, col`` and radius in px of each joint.
    """
    for (start, first), (end, second) in pairwise(points):
        count = max(2, int(np.linalg.norm(end - start) / 3))
        for share in np.linspace(0, 1, count):
            at, radius = start + (end - start) * share, first + (second - first) * share
            cv2.circle(mask, (round(float(at[1])), round(float(at[0]))), round(radius), 255, -1)


def _arms(body: Body, skin: Mask, *, first: str) -> Mask:
    """Skin of both arms from a joint to the finger tips."""
    mask = np.zeros_like(skin)
    unit = body.unit
    for side in SIDES:
        elbow, wrist = body.joints[f"elbow_{side}"], body.joints[f"wrist_{side}"]
        hand = body.joints[f"hand_{side}"]
        path = [
            (elbow, ELBOW * 1.2 * unit),
            (wrist, WRIST * 1.3 * unit),
            (hand, 0.15 * unit),
            (hand + (hand - wrist) * 0.9, 0.11 * unit),
        ]
        capsule(mask, path if first == "elbow" else path[1:])
    return np.asarray(cv2.min(mask, skin), np.uint8)
