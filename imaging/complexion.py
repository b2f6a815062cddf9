"""The tone of a person's skin, from the lit part of the face."""

import cv2
import numpy as np
from numpy.typing import NDArray

PLAIN_SKIN = (196, 158, 138)
"""Tone of a body whose face shows no skin."""

CHROMA_MAX = 27.0
"""Most chroma of a body's skin in CIELAB."""

HUE_MIN = 50.0
"""Least hue of a body's skin in CIELAB, in degrees: cheeks are redder than what clothes cover."""

LIT = 18.0
"""By how much a face's lit part is lighter than half of it, in CIELAB, at most: more is sun."""


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
    light = min(float(lit[0]), float(np.median(lab[:, 0])) + LIT)
    # The sun colours a cheek more than it colours a whole body.
    chroma = min(float(np.hypot(*lit[1:])), CHROMA_MAX)
    hue = np.radians(max(float(np.degrees(np.arctan2(lit[2], lit[1]))), HUE_MIN))
    body = np.array([light, chroma * np.cos(hue), chroma * np.sin(hue)])
    back = np.rint(body * (255 / 100, 1, 1) + (0, 128, 128)).clip(0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(back[None, None], cv2.COLOR_LAB2RGB)[0, 0], np.float64)
