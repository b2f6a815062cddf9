"""The two small networks that find a person: where the body is, and which pixels belong to it.

They come with the npm packages that also serve the browser, so both sides run the same weights.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter  # type: ignore[import-untyped]
from numpy.typing import NDArray

from imaging.resampling import resized

SIDE_PX = 256
"""Both networks look at squares of this side."""

SEGMENTATION = Path("@mediapipe/selfie_segmentation/selfie_segmentation.tflite")
LANDMARKS = Path("@mediapipe/pose/pose_landmark_full.tflite")
SHA256 = {
    SEGMENTATION: "8d13b7fae74af625c641226813616a2117bd6bca19eb3b75574621fc08557f27",
    LANDMARKS: "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
}

_CENTRE, _REACH = 33, 34
"""Two auxiliary points behind the 33 of the body: its centre, and one on the circle around it."""


class NetworksMissing(Exception):
    """The files of the networks are not there, or are not the ones this program was made for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class BodyReading:
    """What the landmark network saw.

    Attributes
    ----------
    points : (33, 2) float64
        ``row, col`` in pixels of the picture, in BlazePose order; may lie outside of it.
    visible : (33,) float64
        Probability that a point is in the picture and not hidden, 0 to 1.
    score : float
        Probability that there is a body at all, 0 to 1.
    likelihood : (H, W) float32
        Probability of each pixel to belong to the body, 0 to 1.
    """

    points: NDArray[np.float64]
    visible: NDArray[np.float64]
    score: float
    likelihood: NDArray[np.float32]


class Networks:
    """Both networks, loaded and ready, on one thread.

    Parameters
    ----------
    folder : Path
        The ``node_modules`` folder that holds ``@mediapipe``.

    Raises
    ------
    NetworksMissing
        A file is missing or has another digest than expected.
    """

    def __init__(self, folder: Path) -> None:
        self._segmentation = _load(folder, SEGMENTATION)
        self._landmarks = _load(folder, LANDMARKS)

    def person_likelihood(self, image: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Say for each pixel how probably it belongs to a person.

        Parameters
        ----------
        image : (H, W, 3) uint8
            sRGB. Squeezed into the network's square: that is better than bars at the sides.

        Returns
        -------
        (H, W) float32
            Probability, 0 to 1.
        """
        (likelihood,) = _run(self._segmentation, resized(image, SIDE_PX, SIDE_PX), 1)
        return resized(likelihood.reshape(SIDE_PX, SIDE_PX), *image.shape[:2])

    def read_body(self, image: NDArray[np.uint8], *, passes: int = 2) -> BodyReading:
        """Find the body: first in the whole picture, then once more in the square it proposes.

        Parameters
        ----------
        image : (H, W, 3) uint8
            sRGB.
        passes : int
            How often to look; each pass starts from the square the one before proposed.

        Returns
        -------
        BodyReading
            In pixels of ``image``.

        References
        ----------
        .. [1] V. Bazarevsky et al., "BlazePose: On-device Real-time Body Pose tracking", 2020.
           Source of the two-pass search without a detector: own derivation.
        """
        rows, cols = image.shape[:2]
        square = _Square(np.array([cols / 2, rows / 2]), side=float(max(rows, cols)), angle=0.0)
        reading, proposed = self._look(image, square)
        for _ in range(passes - 1):
            if reading.score < 0.3 or proposed.side < 32:
                break
            reading, proposed = self._look(image, proposed)
        return reading

    def _look(self, image: NDArray[np.uint8], square: "_Square") -> tuple[BodyReading, "_Square"]:
        """Read the body in one square of the picture, and propose a better square."""
        there = square.to_network()
        back = cv2.invertAffineTransform(there)
        # Smaller squares are enlarged, larger ones are averaged lest they alias.
        sampling = cv2.INTER_LINEAR if square.side < 1.5 * SIDE_PX else cv2.INTER_AREA
        seen = cv2.warpAffine(image, there, (SIDE_PX, SIDE_PX), flags=sampling)
        flat, score, logits = _run(self._landmarks, np.asarray(seen, np.uint8), 3)
        found = flat.reshape(-1, 5).astype(np.float64)
        points = found[:, :2] @ back[:, :2].T + back[:, 2]
        reach = points[_REACH] - points[_CENTRE]
        mask = _sigmoid(logits.reshape(SIDE_PX, SIDE_PX)).astype(np.float32)
        size = (image.shape[1], image.shape[0])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        reading = BodyReading(
            points=points[:_CENTRE, ::-1],
            visible=_sigmoid(found[:_CENTRE, 3]),
            score=float(score.item()),
            likelihood=np.asarray(cv2.warpAffine(mask, there, size, flags=flags), np.float32),
        )
        return reading, _Square(
            points[_CENTRE],
            side=2.5 * float(np.hypot(*reach)),
            angle=float(np.arctan2(reach[1], reach[0]) + np.pi / 2),
        )


@dataclass(frozen=True, eq=False)
class _Square:
    """A turned square of a picture; ``centre`` is x, y as OpenCV wants it."""

    centre: NDArray[np.float64]
    side: float
    angle: float

    def to_network(self) -> NDArray[np.float64]:
        """Give the affine map from the picture to the network's square."""
        half, cosine, sine = self.side / 2, np.cos(self.angle), np.sin(self.angle)
        turn = np.array([[cosine, -sine], [sine, cosine]])
        corners = np.array([[-half, -half], [half, -half], [-half, half]]) @ turn.T + self.centre
        square = np.array([[0, 0], [SIDE_PX, 0], [0, SIDE_PX]], np.float32)
        return np.asarray(cv2.getAffineTransform(corners.astype(np.float32), square), np.float64)


def _load(folder: Path, name: Path) -> Interpreter:
    path = folder / name
    try:
        weights = path.read_bytes()
    except OSError:
        raise NetworksMissing(f"{path} is missing: run `make install`.") from None
    if hashlib.sha256(weights).hexdigest() != SHA256[name]:
        raise NetworksMissing(f"{path} is not the expected file: run `make install` again.")
    interpreter = Interpreter(model_content=weights, num_threads=1)
    interpreter.allocate_tensors()
    return interpreter


def _run(
    interpreter: Interpreter, square: NDArray[np.uint8], outputs: int
) -> list[NDArray[np.float32]]:
    batch = square[None].astype(np.float32) / np.float32(255)
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], batch)
    interpreter.invoke()
    details = interpreter.get_output_details()[:outputs]
    return [np.asarray(interpreter.get_tensor(each["index"]), np.float32) for each in details]


def _sigmoid(values: NDArray[np.floating]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-np.clip(values.astype(np.float64), -50, 50)))
