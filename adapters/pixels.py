"""Pictures on their way between processes: without a format, so there is nothing to decode."""

import math
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray


class Pixels(msgspec.Struct, array_like=True, frozen=True):
    """sRGB, eight bits a channel, row after row from the top; the fourth channel is alpha.

    Raises:
        ValueError: there are more or fewer bytes than pixels.
    """

    rows: int
    cols: int
    channels: Literal[3, 4]
    values: bytes

    def __post_init__(self) -> None:
        if min(self.rows, self.cols) < 1 or len(self.values) != math.prod(self._shape):
            raise ValueError("there are more or fewer bytes than pixels")

    @property
    def _shape(self) -> tuple[int, int, int]:
        return self.rows, self.cols, self.channels


def pixels_of(picture: NDArray[np.uint8]) -> Pixels:
    rows, cols, channels = picture.shape
    return msgspec.convert([rows, cols, channels, picture.tobytes()], Pixels)


def picture_of(sent: object) -> NDArray[np.uint8]:
    """Return the picture of ``Pixels``, as they arrive where MessagePack knows no types."""
    pixels = msgspec.convert(sent, Pixels)
    shape = (pixels.rows, pixels.cols, pixels.channels)
    return np.frombuffer(pixels.values, np.uint8).reshape(shape).copy()
