"""A person's own head on a drawn body in the tone of their skin.

What a photograph shows below the neck is what its person wore that day. Whoever wants to see
clothes without it, or whose photograph does not suit, is shown on a body drawn by our own code.
"""

from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.blending import lay_over, premultiply
from imaging.body import BODY_FRAME_COLS, BODY_FRAME_ROWS, Person
from imaging.drawing.bodies import body_joints, model_figure
from imaging.drawing.builds import Build
from imaging.drawing.clay import Clay
from imaging.drawing.heads import model_head
from imaging.drawing.lighting import shade
from imaging.drawing.mannequins import BUILDS
from imaging.drawing.stance import CROWN_SHARE, PX_PER_HEIGHT, frame_position
from imaging.measuring import Body
from imaging.portraits import Head, cut_off_head, face_tone_of
from imaging.skin import look_at
from imaging.suitability import shows_head
from imaging.warping import Box

Pixels: TypeAlias = NDArray[np.uint8]

EARS = 0.079
"""Height of the middle of the head on a drawn body, in body heights."""

THROAT, CROWN = 0.109, 0.090
"""Drawn distances from the middle of the head to the pit of the throat and to the hair's top."""

SMALLEST, LARGEST = 0.8, 1.15
"""Scale of a head at most: beyond it the photograph's proportions are not to be trusted."""

NEUTRAL: Mapping[str, float] = {"ada": 0.62, "bruno": 0.38}
"""Mixture of builds where nobody chose one; nothing about a person is guessed from the picture."""

TONE_ROWS = (0.20, 0.24)
"""Where on the chest the drawn skin is compared with the person's, in body heights."""

BEHIND_NECK = 0.014
"""Widest gap between a neck and the hair beside it that is filled with hair, in body heights."""

BEHIND_LIGHT = 0.6
"""Light on hair that falls behind a neck."""

UNDER_CHIN = 0.22
"""Darkest shade a head casts on its neck."""

FADING = 2.0
"""Height in which that shade ends above the pit of the throat, per its reach."""


def body_double(person: Person, *, figure: str | None = None) -> Person:
    """Set the head of a person on a drawn body in the tone of their skin.

    Parameters
    ----------
    person : Person
        In the body frame.
    figure : str, optional
        Slug of the mannequin whose build the body has; without it a neutral one.

    Returns
    -------
    Person
        Bare below the neck; ``rgba`` of the person's shape, joints of the drawn body. Where the
        picture does not show the own head, see `suitability.shows_head`, it has a drawn one.

    Raises
    ------
    KeyError
        If there is no such mannequin.

    References
    ----------
    Source: own derivation.
    """
    if not shows_head(person):
        return _standing_in(person, figure)
    body = Body.of(person)
    head = cut_off_head(person, body, look_at(person, body).skin)
    build, drawn = _drawn(figure)
    joints = body_joints(build)
    scale, down, right = _placement(head, build)
    rgba = _toned(drawn, head.tone)
    move = np.array([[scale, 0, right], [0, scale, down]], np.float32)
    size = (BODY_FRAME_COLS, BODY_FRAME_ROWS)
    moved = cv2.warpAffine(
        premultiply(head.rgba), move, size, flags=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    )
    front = np.asarray(cv2.warpAffine(head.front, move, size), np.uint8)
    layer = _on_the_neck(np.asarray(moved, np.uint8), front, rgba[..., 3])
    _shade_neck(rgba, layer[..., 3], joints)
    layer = _with_hair_behind(layer, front, rgba[..., 3])
    lay_over(rgba, layer, Box(top=0, left=0, bottom=BODY_FRAME_ROWS, right=BODY_FRAME_COLS))
    for name in ("crown", "head_left", "head_right"):
        row, col = person.joints[name]
        joints[name] = (scale * row + down, scale * col + right)
    return Person(rgba=rgba, joints=joints, head=front)


def _standing_in(person: Person, figure: str | None) -> Person:
    """Draw a mannequin of a person's complexion, whose own head cannot be shown."""
    build, drawn = _drawn(figure, with_head=True)
    rgba = _toned(drawn, face_tone_of(person, Body.of(person)))
    mannequin = Person(rgba=rgba, joints=body_joints(build))
    front = look_at(mannequin, Body.of(mannequin)).front
    return Person(rgba=rgba, joints=mannequin.joints, head=front)


@lru_cache(maxsize=4)
def _drawn(figure: str | None, *, with_head: bool = False) -> tuple[Build, Pixels]:
    """Draw a body once: it takes seconds, and is the same under every head."""
    build = _blended(NEUTRAL if figure is None else {figure: 1.0})
    rgba = _modelled(build, model_head(build) if with_head else _no_head(build))
    rgba.flags.writeable = False
    return build, rgba


def _blended(shares: Mapping[str, float]) -> Build:
    """Mix builds: their tables have the same rows."""
    builds = [BUILDS[slug] for slug in shares]
    weights = np.array(list(shares.values()))
    mixed: dict[str, Any] = {}
    for field in fields(Build):
        tables = np.array([getattr(build, field.name) for build in builds], np.float64)
        table = np.tensordot(weights, tables, axes=1)
        mixed[field.name] = (
            tuple(map(tuple, table.tolist()))
            if table.ndim == 2
            else tuple(table.tolist())
            if table.ndim == 1
            else float(table)
        )
    return Build(**mixed)


def _modelled(build: Build, head: Clay) -> NDArray[np.uint8]:
    return shade([model_figure(build, head).field], np.array([(205, 180, 165)], np.float32))


def _no_head(build: Build) -> Clay:
    """Let a neck end behind where a face will be."""
    nothing = Clay(build.sway)
    nothing.ellipsoid((0.0, 0.135, -0.012), (build.neck * 0.8, 0.02, 0.02), 0.004)
    return nothing


def _toned(rgba: NDArray[np.uint8], tone: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Give the drawn skin the tone of a person's."""
    rows = slice(*(round(CROWN_SHARE * BODY_FRAME_ROWS + y * PX_PER_HEIGHT) for y in TONE_ROWS))
    chest = rgba[rows][rgba[rows][..., 3] == 255][:, :3]
    gain = np.clip(tone, 12, 245) / np.median(chest, axis=0)
    toned = rgba.copy()
    toned[..., :3] = np.clip(rgba[..., :3] * gain, 0, 255).astype(np.uint8)
    return toned


def _placement(head: Head, build: Build) -> tuple[float, float, float]:
    """Scale of the head, and by how much it moves down and to the right."""
    throat = max(float(head.neck[0] - head.centre[0]), 1.0)
    above = max(float(head.centre[0] - head.crown), 1.0)
    # The person's own proportion, unless the photograph was cut off or the hair is piled up.
    wanted = (THROAT * PX_PER_HEIGHT / throat, CROWN * PX_PER_HEIGHT / above, 1.0)
    scale = float(np.clip(np.median(wanted), SMALLEST, LARGEST))
    row, col = frame_position((0.0, EARS, 0.0), build.sway)
    return scale, row - scale * float(head.centre[0]), col - scale * float(head.centre[1])


def _on_the_neck(layer: Pixels, front: NDArray[np.uint8], body: NDArray[np.uint8]) -> Pixels:
    """Keep of a head's own neck what lies on the drawn one: it may be broader."""
    kept = np.maximum(front, body).astype(np.uint16)[..., None]
    return ((layer * kept + 127) // 255).astype(np.uint8)


def _with_hair_behind(layer: Pixels, front: NDArray[np.uint8], body: NDArray[np.uint8]) -> Pixels:
    """Let hair beside a neck fall behind it too: the drawn one may be the more slender."""
    side = round(2 * BEHIND_NECK * PX_PER_HEIGHT) | 1
    seen = np.where(np.maximum(front, body) > 128, np.uint8(255), np.uint8(0))
    across = np.ones((1, side), np.uint8)  # and not between hair and shoulders
    at_neck = cv2.dilate(body, across) > 128  # nor between strands that are blown aside
    closed = (cv2.morphologyEx(seen, cv2.MORPH_CLOSE, across) > 0) & at_neck
    hair = front > 200
    if not hair.any():
        return layer
    middle = int(np.median(np.flatnonzero(hair.any(axis=0))))
    beside = np.zeros(hair.shape, bool)
    beside[:, :middle] = np.logical_or.accumulate(hair[:, :middle], axis=1)
    beside[:, middle:] = np.logical_or.accumulate(hair[:, : middle - 1 : -1], axis=1)[:, ::-1]
    gap = np.where(closed & beside, np.uint8(255), np.uint8(0))
    # Where hair ends, it ends: nothing is filled beside its tips, and what is fades above them.
    ends = cv2.erode(gap, np.ones((side // 2 | 1, 1), np.uint8), anchor=(0, 0))
    soft = np.minimum(
        cv2.GaussianBlur(gap, (0, 0), 1.0), cv2.GaussianBlur(ends, (0, 0), 1.0, sigmaY=0.2 * side)
    )
    _, labels = cv2.distanceTransformWithLabels(
        np.where(hair, np.uint8(0), np.uint8(255)),
        cv2.DIST_L2,
        5,
        labelType=cv2.DIST_LABEL_PIXEL,
    )
    nearest = np.asarray(labels, np.int32)
    colours = np.zeros((int(nearest.max()) + 1, 3), np.float32)
    colours[nearest[hair]] = layer[hair][:, :3]
    strands = cv2.GaussianBlur(colours[nearest], (0, 0), 3) * np.float32(BEHIND_LIGHT)
    share = soft.astype(np.float32) * (255 - body) / np.float32(255**2)
    under = np.dstack([strands, np.full(gap.shape, 255, np.float32)]) * share[..., None]
    bare = 1 - layer[..., 3:].astype(np.float32) / 255
    return np.asarray(np.clip(np.rint(layer + under * bare), 0, 255), np.uint8)


def _shade_neck(
    rgba: NDArray[np.uint8], alpha: NDArray[np.uint8], joints: Mapping[str, tuple[float, float]]
) -> None:
    """Darken the drawn neck below a head, in place, down to where hair lies on the shoulders."""
    reach = 0.022 * PX_PER_HEIGHT
    end = joints["neck"][0]
    bottom = round(end)
    move = np.array([[1, 0, 0], [0, 1, 0.5 * reach]], np.float32)
    solid = np.where(alpha > 200, np.uint8(255), np.uint8(0))
    moved = cv2.warpAffine(solid[:bottom], move, (alpha.shape[1], bottom))
    shade_ = cv2.GaussianBlur(moved, (0, 0), 0.45 * reach).astype(np.float32) / 255
    rows = np.arange(bottom, dtype=np.float32)[:, None]
    shade_ *= np.clip((np.float32(end) - rows) / np.float32(FADING * reach), 0, 1)
    rgba[:bottom, :, :3] = np.rint(
        rgba[:bottom, :, :3] * (1 - np.float32(UNDER_CHIN) * shade_[..., None])
    ).astype(np.uint8)
