"""The person out of a photograph: pixels without background, joints, and what to do better."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.body import BODY_FRAME_COLS, BODY_FRAME_ROWS, Person
from imaging.decoding import ImageRefused
from imaging.gaps import background_between
from imaging.matting import guided_alpha, keep_main_part, sharpened, without_background
from imaging.networks import BodyReading, Networks
from imaging.posture import NOSE_AND_EYES, TORSO, Quality, joints_of, quality_of
from imaging.resampling import premultiplied, resized, straight

PIXELS_WORKED_ON = 1_000_000
"""The networks see 256 pixels a side: more than a megapixel costs time and finds nothing new."""

TRUSTED_SCORE = 0.5
"""Below this the landmark network is ignored for the silhouette (worth 3 points of IoU on crowds
and portraits)."""

SURE = 0.9
"""A likelihood that colour may not overrule."""

FOUND_SCORE_MIN, FOUND_SHARE_MIN = 0.4, 0.01
"""The lowest score among 35 pictures of people is 0.63; of 180 pictures of garments alone every
fifth has more than 0.4, most of them without anything where the face should be."""

CROWN_ROW = 0.04 * BODY_FRAME_ROWS
SOLE_ROW = 0.97 * BODY_FRAME_ROWS

HEIGHT_SHARES = {"ankle": 0.90, "knee": 0.71, "hip": 0.48, "shoulder": 0.20}
"""Where joints lie between crown (0) and soles (1): medians of 27 people in street photographs,
for bodies that are cut off below."""


class NoPersonFound(ImageRefused):
    """There is nobody in the picture, or nobody who can be told from the background."""

    def __init__(self) -> None:
        super().__init__(
            "no-person-found",
            "We cannot find a person in this picture. Take one in good light, "
            "standing alone in front of a plain background, from head to feet.",
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Extraction:
    """A person cut out of a photograph.

    Attributes
    ----------
    rgba : (H, W, 4) uint8
        Of the photograph's own size, sRGB with straight alpha.
    joints : mapping of str to (float, float)
        ``row, col`` in pixels of ``rgba`` for every name in ``body.JOINT_NAMES``.
    quality : Quality
        How well the photograph suits a coordination.
    """

    rgba: NDArray[np.uint8]
    joints: Mapping[str, tuple[float, float]]
    quality: Quality


def extract(image: NDArray[np.uint8], networks: Networks) -> Extraction:
    """Cut the person out of a photograph.

    Parameters
    ----------
    image : (H, W, 3) uint8
        sRGB, upright.
    networks : Networks
        Loaded once, used for any number of pictures.

    Returns
    -------
    Extraction
        In pixels of ``image``.

    Raises
    ------
    NoPersonFound
        Nobody was found.

    References
    ----------
    Source: own derivation; the parts name theirs.
    """
    rows, cols = image.shape[:2]
    scale = min(1.0, (PIXELS_WORKED_ON / (rows * cols)) ** 0.5)
    work = image
    if scale < 1:
        work = resized(image, round(rows * scale), round(cols * scale))
    reading = networks.read_body(work)
    likelihood = _likelihood(work, reading, networks)
    if not _is_somebody(reading, likelihood):
        raise NoPersonFound
    reading = replace(reading, points=reading.points * (rows / work.shape[0], cols / work.shape[1]))
    rgba, silhouette = _cut_out(image, likelihood, points=reading.points)
    joints = joints_of(reading, silhouette)
    return Extraction(rgba=rgba, joints=joints, quality=quality_of(reading, joints, silhouette))


def _cut_out(
    image: NDArray[np.uint8], likelihood: NDArray[np.float32], *, points: NDArray[np.float64]
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Refine a likelihood (of any size) to pixels and alpha of the photograph's size."""
    box, part = _boxes(likelihood, image.shape[:2])
    photograph = np.ascontiguousarray(image[box])
    half = [max(1, side // 2) for side in likelihood[part].shape]
    small, rough = resized(photograph, *half), resized(likelihood[part], *half)
    # Wide windows find the edge, narrow ones follow it.
    coarse = guided_alpha(small, sharpened(rough), radius_px=8, step=2)
    points = points - (box[0].start, box[1].start)
    shrunk = (small.shape[0] / photograph.shape[0], small.shape[1] / photograph.shape[1])
    gap = background_between(small, coarse, points * shrunk) & (rough < SURE)
    coarse[gap], rough[gap] = 0, 0
    alpha = guided_alpha(photograph, sharpened(coarse), radius_px=3, step=1)
    # What both networks are sure of is solid, even where it has the background's colour.
    sure = resized(np.clip(1 + 10 * (rough - np.float32(SURE)), 0, 1), *photograph.shape[:2])
    alpha = np.maximum(np.clip(1.12 * alpha - 0.06, 0, 1), sure)
    alpha = keep_main_part(alpha, points[list(TORSO)])
    rgba = np.zeros((*image.shape[:2], 4), np.uint8)
    silhouette = np.zeros(image.shape[:2], np.float32)
    rgba[box], silhouette[box] = without_background(photograph, alpha), alpha
    return rgba, silhouette


def _boxes(
    likelihood: NDArray[np.float32], shape: tuple[int, int]
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Give the part of the photograph, and of the likelihood, outside of which nobody is."""
    rows, cols = np.nonzero(likelihood > 0.1)
    ends = ((rows.min(), rows.max()), (cols.min(), cols.max()))
    part = tuple(
        slice(max(0, low - 24), min(side, high + 25))
        for (low, high), side in zip(ends, likelihood.shape, strict=True)
    )
    box = tuple(
        slice(round(one.start * full / side), round(one.stop * full / side))
        for one, full, side in zip(part, shape, likelihood.shape, strict=True)
    )
    return (box[0], box[1]), (part[0], part[1])


def to_body_frame(extraction: Extraction) -> Person:
    """Move and scale a person into the body frame.

    The crown comes to 4 % and the soles to 97 % of the frame's height; a person cut off below
    keeps the scale of a whole body, so that garments fit nevertheless.

    Parameters
    ----------
    extraction : Extraction
        A person in a photograph.

    Returns
    -------
    Person
        ``rgba`` has the shape ``(BODY_FRAME_ROWS, BODY_FRAME_COLS, 4)``.

    References
    ----------
    .. [1] The body frame 500:1024: claim C6 of the patent. Placement: own derivation.
    """
    joints = extraction.joints
    crown = joints["crown"][0]
    sole = _sole_row(extraction)
    middle = float(np.mean([joints[name][1] for name in _AXIS]))
    visible = np.nonzero((extraction.rgba[:, :, 3] > 127).any(axis=0))[0]
    reach = max(middle - visible[0], visible[-1] + 1 - middle) if len(visible) else 1.0
    scale = (SOLE_ROW - CROWN_ROW) / max(sole - crown, 1.0)
    if not extraction.quality.is_cut_off_at_feet:
        # Spread arms must fit as well; the feet stay on the ground.
        scale = min(scale, 0.5 * BODY_FRAME_COLS / reach)
    down = SOLE_ROW - scale * sole
    right = 0.5 * BODY_FRAME_COLS - scale * middle
    return Person(
        rgba=_placed(extraction.rgba, scale=scale, down=down, right=right),
        joints={
            name: (scale * row + down, scale * col + right) for name, (row, col) in joints.items()
        },
    )


_AXIS = ("shoulder_left", "shoulder_right", "hip_left", "hip_right")


def _is_somebody(reading: BodyReading, likelihood: NDArray[np.float32]) -> bool:
    """Tell a person from a garment: the landmark network alone takes a coat for somebody."""
    share = float((likelihood > 0.5).mean())
    if reading.score < FOUND_SCORE_MIN or share < FOUND_SHARE_MIN:
        return False
    face = reading.points[list(NOSE_AND_EYES)].astype(int)
    face = face[((face >= 0) & (face < likelihood.shape)).all(axis=1)]
    return not len(face) or float(likelihood[face[:, 0], face[:, 1]].mean()) > 0.6


def _likelihood(
    image: NDArray[np.uint8], reading: BodyReading, networks: Networks
) -> NDArray[np.float32]:
    """Weigh both networks, the second one looking closer and closer at what the first one found.

    Each look has its own errors, so their mean is better than the best of them (IoU 0.949 and
    0.947 alone, 0.960 together, on street photographs).
    """
    rows, cols = np.nonzero(reading.likelihood > 0.5)
    if reading.score < TRUSTED_SCORE or len(rows) < 50:
        return networks.person_likelihood(image)
    # Margins in which the other network may correct this one: bags and hair stick out sideways.
    aside = int(0.15 * (cols.max() - cols.min()) + 10)
    above = int(0.06 * (rows.max() - rows.min()) + 10)
    top, bottom = max(0, rows.min() - above), min(image.shape[0], rows.max() + above)
    left, right = max(0, cols.min() - aside), min(image.shape[1], cols.max() + aside)
    box = np.ascontiguousarray(image[top:bottom, left:right])
    whole = networks.person_likelihood(box)
    mirrored = networks.person_likelihood(np.ascontiguousarray(box[:, ::-1]))[:, ::-1]
    result = 0.375 * reading.likelihood
    result[top:bottom, left:right] += 0.125 * (whole + mirrored) + 0.375 * _in_halves(box, networks)
    return np.asarray(result, np.float32)


def _in_halves(image: NDArray[np.uint8], networks: Networks) -> NDArray[np.float32]:
    """Look at upper, middle and lower half by themselves: twice the detail, blended softly."""
    rows = image.shape[0]
    total = np.zeros(image.shape[:2], np.float32)
    weights = np.zeros((rows, 1), np.float32)
    middles = np.arange(rows, dtype=np.float32)[:, None] / rows
    for start in (0.0, 0.25, 0.5):
        half = slice(int(start * rows), int((start + 0.5) * rows))
        # A half weighs most in its own middle; the ends of the picture belong to one half only.
        weight = np.maximum(1 - np.abs(middles[half] - start - 0.25) / 0.25, 0.02)
        if start != 0.25:
            outer = middles[half] < 0.25 if start == 0 else middles[half] > 0.75
            weight[outer] = 1
        total[half] += weight * networks.person_likelihood(np.ascontiguousarray(image[half]))
        weights[half] += weight
    return np.asarray(total / np.maximum(weights, 1e-6), np.float32)


def _sole_row(extraction: Extraction) -> float:
    joints = extraction.joints
    lowest = max(
        joints[f"{part}_{side}"][0] for part in ("heel", "toe") for side in ("left", "right")
    )
    if not extraction.quality.is_cut_off_at_feet:
        # The silhouette's end near the feet is more exact than the network's points.
        filled = np.nonzero((extraction.rgba[:, :, 3] > 127).any(axis=1))[0]
        return float(filled[-1] + 1) if len(filled) else lowest
    rows, crown = extraction.rgba.shape[0], joints["crown"][0]
    for part, share in HEIGHT_SHARES.items():
        row = (joints[f"{part}_left"][0] + joints[f"{part}_right"][0]) / 2
        # Guesses of the network beyond the picture's end are worth little.
        if row < 0.98 * rows or part == "shoulder":
            return max(crown + (row - crown) / share, float(rows))
    raise AssertionError("the shoulders always answer")


def _placed(
    rgba: NDArray[np.uint8], *, scale: float, down: float, right: float
) -> NDArray[np.uint8]:
    """Resample what is visible, with alpha multiplied in lest invisible colours bleed."""
    rows, cols = (np.nonzero((rgba[:, :, 3] > 0).any(axis=axis))[0] for axis in (1, 0))
    if not len(rows):
        return np.zeros((BODY_FRAME_ROWS, BODY_FRAME_COLS, 4), np.uint8)
    top, left = int(rows[0]), int(cols[0])
    seen = premultiplied(rgba[top : rows[-1] + 1, left : cols[-1] + 1])
    sides = np.array(seen.shape[:2])
    if scale < 1:
        seen = resized(seen, *np.maximum(1, np.rint(scale * sides)).astype(int).tolist())
    rest = scale * sides / seen.shape[:2]
    # OpenCV counts from the middle of the first pixel, we from its corner.
    start = np.array([down + scale * top, right + scale * left]) + 0.5 * rest - 0.5
    there = np.array([[rest[1], 0, start[1]], [0, rest[0], start[0]]])
    placed = cv2.warpAffine(seen, there, (BODY_FRAME_COLS, BODY_FRAME_ROWS))
    return straight(np.asarray(placed, np.float32))
