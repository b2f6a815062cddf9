"""The surroundings of a head in a picture, and which colours hair has rather than a face."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.body import Person
from imaging.measuring import Body, face_end

FEWEST = 200
"""Pixels of hair and of face from which they are told apart."""

COMMON = 4e-4
"""Share of a part's pixels from which it has a colour."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Surroundings:
    """The part of a picture round a head, and the measures in it.

    Attributes
    ----------
    window : tuple of slice
        Where it is in the picture.
    part : (H, W, 4) uint8
        Its pixels, straight alpha.
    at : (2,) float64
        The head's middle, ``row, col``.
    size : float
        Distance from there to the pit of the throat, px.
    chin, neck : float
        Rows of the chin and of the pit of the throat.
    lean : float
        Cols the chin is aside of the middle.
    """

    window: tuple[slice, slice]
    part: NDArray[np.uint8]
    at: NDArray[np.float64]
    size: float
    chin: float
    neck: float
    lean: float

    @property
    def reach(self) -> float:
        """Distance from the head's middle down to the chin, px."""
        return max(self.chin - float(self.at[0]), 4.0)

    @cached_property
    def grid(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Rows and cols from the head's middle, along its axis, per distance to the chin."""
        height, width = self.part.shape[:2]
        reach = np.float32(self.reach)
        rows = (np.arange(height, dtype=np.float32)[:, None] - np.float32(self.at[0])) / reach
        cols = (np.arange(width, dtype=np.float32)[None] - np.float32(self.at[1])) / reach
        leaning = np.float32(self.lean / self.reach) * np.clip(rows, 0, 1)
        return np.asarray(rows, np.float32), np.asarray(cols - leaning, np.float32)

    @cached_property
    def lab(self) -> NDArray[np.uint8]:
        """CIELAB as OpenCV scales it to 8 bit."""
        return np.asarray(
            cv2.cvtColor(np.ascontiguousarray(self.part[..., :3]), cv2.COLOR_RGB2LAB), np.uint8
        )

    @cached_property
    def hair_and_face(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Places that are surely hair, or a hat, and surely face."""
        height, width = self.part.shape[:2]
        rows = (np.arange(height)[:, None] - self.at[0]) / self.reach
        cols = np.abs(np.arange(width)[None] - self.at[1]) / self.reach
        seen = self.part[..., 3] > 230
        inside = (rows / 0.85) ** 2 + (cols / 0.55) ** 2 < 1
        face = seen & inside & (rows > -0.3)
        hair = seen & (rows < 0.2) & ~inside & ((rows < -0.6) | (cols > 0.75))
        return hair, face

    @cached_property
    def bins(self) -> NDArray[np.int32]:
        """Which of 16384 colours each place has."""
        return np.asarray(
            (self.lab.astype(np.int32) // (24, 8, 8)) @ np.array((1024, 32, 1)), np.int32
        )

    def commonness(self, known: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Tell how common each of 16384 colours is among known places, as a share of them."""
        counts = np.bincount(self.bins[known], minlength=16384).astype(np.float32)
        soft = cv2.GaussianBlur(counts.reshape(-1, 32, 32), (3, 3), 0).ravel()
        return np.asarray(soft / float(max(1, known.sum())), np.float32)

    @cached_property
    def hair(self) -> NDArray[np.float32]:
        """Tell how likely each place is hair: of a colour commoner above the face than in it."""
        known = self.hair_and_face
        if min(int(each.sum()) for each in known) < FEWEST:
            return np.zeros(self.part.shape[:2], np.float32)
        hair, face = (self.commonness(each) for each in known)
        likely = (hair > COMMON) & (hair > 0.7 * face)
        seen = (self.part[..., 3] > 230).astype(np.float32)
        share = cv2.GaussianBlur(likely[self.bins].astype(np.float32) * seen, (0, 0), 4)
        return np.asarray(np.clip((share - 0.35) / 0.3, 0, 1), np.float32)


def surroundings(person: Person, body: Body) -> Surroundings:
    """Look at the surroundings of a head.

    Parameters
    ----------
    person : Person
        In the body frame.
    body : Body
        Measures of the person.

    Returns
    -------
    Surroundings
        From the picture's upper edge down to below the pit of the throat.

    References
    ----------
    Source: own derivation.
    """
    centre, neck, chin = body.middle("head"), body.joints["neck"], face_end(body)
    size = max(float(neck[0] - centre[0]), 0.2 * body.unit)
    height, width = person.rgba.shape[:2]
    window = (
        slice(0, int(np.clip(neck[0] + 0.9 * size, 8, height))),
        slice(max(0, int(centre[1] - 2.2 * size)), min(width, int(centre[1] + 2.2 * size))),
    )
    return Surroundings(
        window=window,
        part=person.rgba[window],
        at=centre - (0, window[1].start),
        size=size,
        chin=float(chin[0]),
        neck=float(neck[0]),
        lean=float(chin[1] - centre[1]),
    )
