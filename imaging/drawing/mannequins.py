"""Mannequins: sculpted figures for whoever tries commodities on without an own picture."""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.body import BODY_FRAME_COLS, BODY_FRAME_ROWS, Person
from imaging.drawing.bodies import body_joints, model_figure, model_leggings, model_vest
from imaging.drawing.builds import BROAD, FULLER, SLENDER, Build
from imaging.drawing.heads import model_head, model_portrait
from imaging.drawing.lighting import shade

PHOTOGRAPH_ROWS, PHOTOGRAPH_COLS = 1000, 720
_FIGURE_ROWS = 930
_FIGURE_TOP = 38
"""Size and place of the body frame in the photograph, in pixels."""

_Floats = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Mannequin:
    """A figure one can choose.

    Attributes
    ----------
    slug : str
        Name in addresses.
    name : str
        Name for people.
    description : str
        One sentence about the figure.
    """

    slug: str
    name: str
    description: str


@dataclass(frozen=True, kw_only=True)
class _Finish:
    """Colours of one figure as sRGB, 0 to 255; hair and clothes show in photographs only."""

    skin: tuple[int, int, int]
    hair: tuple[int, int, int]
    vest: tuple[int, int, int]
    legwear: tuple[int, int, int]


MANNEQUINS: tuple[Mannequin, ...] = (
    Mannequin(slug="ada", name="Ada", description="A slender woman in pale stone."),
    Mannequin(slug="bruno", name="Bruno", description="A broad-shouldered man in dark espresso."),
    Mannequin(slug="carla", name="Carla", description="A woman of fuller figure in warm clay."),
)

BUILDS: Mapping[str, Build] = {"ada": SLENDER, "bruno": BROAD, "carla": FULLER}
"""What each figure is built like."""
_FINISHES = {
    "ada": _Finish(
        skin=(222, 208, 195), hair=(134, 112, 97), vest=(70, 98, 120), legwear=(46, 48, 54)
    ),
    "bruno": _Finish(
        skin=(96, 68, 54), hair=(46, 36, 33), vest=(214, 210, 200), legwear=(62, 78, 66)
    ),
    "carla": _Finish(
        skin=(193, 139, 109), hair=(92, 54, 40), vest=(58, 92, 84), legwear=(40, 40, 48)
    ),
}


def draw_mannequin(slug: str) -> Person:
    """Draw a mannequin that fills the body frame.

    Parameters
    ----------
    slug : str
        One of the slugs of ``MANNEQUINS``.

    Returns
    -------
    Person
        ``rgba`` is (1536, 750, 4) uint8; the joints come from the model, so they are exact.

    Raises
    ------
    KeyError
        If there is no such mannequin.

    References
    ----------
    Source: own derivation.
    """
    build, finish = BUILDS[slug], _FINISHES[slug]
    body = model_figure(build, model_head(build))
    colours = np.array([finish.skin], np.float32)
    return Person(rgba=shade([body.field], colours), joints=body_joints(build))


def _noise(generator: np.random.Generator, shape: tuple[int, int], sigma: float) -> _Floats:
    """Give smooth noise of mean 0 and standard deviation 1."""
    noise = cv2.GaussianBlur(generator.normal(size=shape).astype(np.float32), (0, 0), sigma)
    even: _Floats = np.asarray((noise - noise.mean()) / noise.std(), np.float32)
    return even


def _room(generator: np.random.Generator) -> _Floats:
    """Paint a plastered wall and a wooden floor, lit from the upper left; linear sRGB."""
    shape = (PHOTOGRAPH_ROWS, PHOTOGRAPH_COLS)
    row, col = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    skirting = PHOTOGRAPH_ROWS * float(generator.uniform(0.78, 0.82))
    hue = generator.uniform(-0.02, 0.02, 3)
    wall = (np.array((0.50, 0.49, 0.46)) + hue)[None, None] * np.ones((*shape, 1))
    wall = (
        wall
        * (1 + 0.010 * _noise(generator, shape, 18) + 0.008 * _noise(generator, shape, 2))[
            ..., None
        ]
    )
    nearness = np.maximum(row - skirting, 0) / (PHOTOGRAPH_ROWS - skirting)
    # Boards run towards the viewer: their seams meet far above, at the vanishing point.
    across = (col - PHOTOGRAPH_COLS / 2) / (0.35 + 0.65 * nearness + 0.4)
    board = np.floor(across / 85)
    tone = 0.94 + 0.12 * np.modf(np.abs(np.sin(board * 12.9898)) * 43758.5)[0]
    seam = 1 - 0.25 * np.exp(-((np.abs(across / 85 - np.rint(across / 85)) * 85 / 1.6) ** 2))
    grain = cv2.GaussianBlur(
        generator.normal(size=shape).astype(np.float32), (0, 0), sigmaX=1.2, sigmaY=22
    )
    floor = np.array((0.36, 0.25, 0.165)) * (tone * seam * (1 + 0.5 * grain))[..., None]
    board_top = np.abs(row - skirting + 14) < 14
    room = np.where((row > skirting)[..., None], floor, wall)
    room = np.where(board_top[..., None], np.array((0.66, 0.65, 0.62)), room)
    room *= np.where(np.abs(row - skirting - 2) < 3, 0.55, 1.0)[..., None]
    light = 1.12 - 0.38 * np.hypot(
        (col - 0.25 * shape[1]) / shape[0], (row - 0.28 * shape[0]) / shape[0]
    )
    lit: _Floats = (room * light[..., None]).astype(np.float32)
    return lit


def _shadow(alpha: _Floats) -> _Floats:
    """Give the share of light that wall and floor keep behind a figure."""
    shift = np.array([[1, 0, 46], [0, 1, 22]], np.float32)
    size = (PHOTOGRAPH_COLS, PHOTOGRAPH_ROWS)
    on_wall = cv2.GaussianBlur(cv2.warpAffine(alpha, shift, size), (0, 0), 26)
    soles = np.zeros_like(alpha)
    soles[-130:] = alpha[-130:]
    flat = np.array(
        [[1, 0, 10], [0, 0.42, 0.58 * (_FIGURE_TOP + 0.955 * _FIGURE_ROWS)]], np.float32
    )
    on_floor = cv2.GaussianBlur(cv2.warpAffine(soles, flat, size), (0, 0), sigmaX=16, sigmaY=7)
    contact = cv2.GaussianBlur(cv2.warpAffine(soles, flat, size), (0, 0), sigmaX=6, sigmaY=3)
    kept = (1 - 0.22 * on_wall) * (1 - 0.5 * on_floor) * (1 - 0.35 * contact)
    return np.asarray(kept, np.float32)


def mannequin_as_photograph(slug: str, *, seed: int = 0) -> NDArray[np.uint8]:
    """Photograph a mannequin in a room, wearing a plain vest and legwear.

    Stands in for a real photograph where none may be kept.

    Parameters
    ----------
    slug : str
        One of the slugs of ``MANNEQUINS``.
    seed : int
        Varies the room and the noise of the sensor; the figure stays.

    Returns
    -------
    (1000, 720, 3) uint8
        sRGB.

    Raises
    ------
    KeyError
        If there is no such mannequin.

    References
    ----------
    Source: own derivation.
    """
    generator = np.random.default_rng(seed)
    figure = draw_dressed(slug).astype(np.float32)
    cols = round(_FIGURE_ROWS * BODY_FRAME_COLS / BODY_FRAME_ROWS)
    left = (PHOTOGRAPH_COLS - cols) // 2
    figure[..., :3] = (figure[..., :3] / 255) ** 2.2 * (figure[..., 3:] / 255)
    small = cv2.resize(figure, (cols, _FIGURE_ROWS), interpolation=cv2.INTER_AREA)
    layer = np.zeros((PHOTOGRAPH_ROWS, PHOTOGRAPH_COLS, 4), np.float32)
    layer[_FIGURE_TOP : _FIGURE_TOP + _FIGURE_ROWS, left : left + cols] = small
    alpha: _Floats = np.asarray(layer[..., 3] / 255, np.float32)
    room = np.asarray(_room(generator) * _shadow(alpha)[..., None])
    scene = room * (1 - alpha[..., None]) + layer[..., :3]
    blurred = np.clip(cv2.GaussianBlur(scene, (0, 0), 0.7), 0, 1)
    noise = generator.normal(0, 2.0, scene.shape) + generator.normal(0, 1.2, (*alpha.shape, 1))
    picture = np.rint(blurred ** (1 / 2.2) * 255 + noise)
    photograph: NDArray[np.uint8] = np.clip(picture, 0, 255).astype(np.uint8)
    return photograph


def draw_dressed(slug: str) -> NDArray[np.uint8]:
    """Draw a mannequin with a face, in a plain vest and legwear, in the body frame.

    Parameters
    ----------
    slug : str
        One of the slugs of ``MANNEQUINS``.

    Returns
    -------
    (1536, 750, 4) uint8
        sRGB with straight alpha.

    Raises
    ------
    KeyError
        If there is no such mannequin.

    References
    ----------
    Source: own derivation.
    """
    build, finish = BUILDS[slug], _FINISHES[slug]
    head, hair = model_portrait(build)
    body, vest, legwear = model_figure(build, head), model_vest(build), model_leggings(build)
    colours = np.array([finish.skin, finish.hair, finish.vest, finish.legwear], np.float32)
    return shade([body.field, hair.field, vest.field, legwear.field], colours)
