"""The person in a picture: pixels, and the few body joints that compositing needs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BODY_FRAME_ROWS = 1536
BODY_FRAME_COLS = 750
"""The body frame in pixels: 750:1536 = 500:1024, about the ratio of a human body (claim C6)."""

JOINT_NAMES = (
    "crown",
    "head_left",
    "head_right",
    "neck",
    *(
        f"{part}_{side}"
        for part in ("shoulder", "elbow", "wrist", "hand", "hip", "knee", "ankle", "heel", "toe")
        for side in ("left", "right")
    ),
)
"""Joints that are kept. There are no face points among them: ``crown`` is the top of the head's
silhouette, ``head_left`` and ``head_right`` its sides, ``neck`` the pit of the throat."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Person:
    """A person without background.

    Attributes
    ----------
    rgba : (H, W, 4) uint8
        sRGB with straight (not premultiplied) alpha, row 0 at the top.
    joints : mapping of str to (float, float)
        ``row, col`` in pixels of ``rgba`` for every name in ``JOINT_NAMES``. ``left`` and
        ``right`` are as seen in the picture: ``left`` is nearer to column 0 for somebody facing
        the camera. May lie outside the picture where the person is cut off.
    head : (H, W) uint8, optional
        Of somebody who wears nothing below the neck: 255 where face and hair are, which stay in
        front of clothes. None where that has to be found in the picture.
    """

    rgba: NDArray[np.uint8]
    joints: Mapping[str, tuple[float, float]]
    head: NDArray[np.uint8] | None = None
