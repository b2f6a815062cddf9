"""Training pictures of garments: drawn ones before real backgrounds, and labelled photographs.

Every picture is a square of ``SIDE_PX``; it comes with its mask, its landmarks, and which of them
are known.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from imaging.cutout import find_alpha
from imaging.drawing.catalogue import CATALOGUE
from imaging.drawing.cuts import LegCut, SkirtCut, TopCut
from imaging.drawing.silhouettes import photographed
from imaging.garment_network import CHANNELS, GREY, SIDE_PX, channel_of, names_for
from tests.labelled_garments import TRAINING_LABELS, Labelled, Places, labels, sample_data

SOURCE_SIDE_PX = 280
GREY_SHARE, ELSEWHERE_SHARE, PLAIN_SHARE = 0.7, 0.45, 0.25
"""How often nothing is round a picture, a garment lies elsewhere, and there on something plain."""

SPREADS = {
    "length": 0.18,
    "chest": 0.14,
    "waist": 0.14,
    "hip": 0.14,
    "hem": 0.18,
    "shoulder": 0.1,
    "armhole": 0.1,
    "neck_width": 0.25,
    "neck_depth": 0.35,
    "sleeve": 0.25,
    "bicep": 0.2,
    "cuff": 0.2,
    "swing": 0.6,
    "slope": 0.35,
    "rise": 0.12,
    "thigh": 0.14,
    "knee": 0.18,
    "ankle": 0.22,
}
"""By how much of itself each measure of a drawn cut may differ."""

Random = np.random.Generator
Image = NDArray[np.uint8]
MIRROR = np.array(
    [
        CHANNELS.index(name.replace("left", "#").replace("right", "left").replace("#", "right"))
        for name in CHANNELS
    ]
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """A garment to make pictures of: without alpha only its landmarks are learnt."""

    rgb: Image
    alpha: Image | None
    type: str
    landmarks: dict[str, tuple[float, float]]
    is_drawn: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """``points`` are x, y in pixels; ``known`` is 1 where there, 0 where surely not, else -1."""

    rgb: Image
    mask: NDArray[np.float32]
    has_mask: bool
    points: NDArray[np.float32]
    known: NDArray[np.int8]


def _small(image: Image) -> Image:
    scale = SOURCE_SIDE_PX / max(image.shape[:2])
    if scale >= 1:
        return image
    return np.asarray(
        cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
    )


def drawn(random: Random, count: int) -> list[Source]:
    """Garments of the catalogue, cut differently and of each other's cloths."""
    sketches = [each for each in CATALOGUE if isinstance(each.cut, TopCut | LegCut | SkirtCut)]
    found: list[Source] = []
    while len(found) < count:
        sketch = sketches[random.integers(len(sketches))]
        changes = {
            field.name: getattr(sketch.cut, field.name)
            * (1 + SPREADS[field.name] * random.uniform(-1, 1))
            for field in dataclasses.fields(sketch.cut)
            if field.name in SPREADS
        }
        cloth = sketches[random.integers(len(sketches))].cloth
        try:
            rgba, landmarks = photographed(
                dataclasses.replace(sketch.cut, **changes),
                cloth,
                seed=int(random.integers(9973)),
                height_px=320,
                worn=bool(random.random() < 0.2),
            )
        except (ValueError, IndexError):
            continue  # a cut nobody could sew
        rgba = _small(rgba)
        found.append(
            Source(
                rgb=rgba[..., :3],
                alpha=rgba[..., 3],
                type=sketch.type,
                landmarks=landmarks,
                is_drawn=True,
            )
        )
    return found


AROUND = (
    ("collar_left", "shoulder_left", "elbow_outer_left", "cuff_outer_left", "cuff_inner_left"),
    ("elbow_inner_left", "armpit_left", "waist_left", "hip_left", "knee_outer_left"),
    ("hem_left", "hem_outer_left", "hem_inner_left", "knee_inner_left", "crotch", "hem_centre"),
)
"""Landmarks on the left in the order in which they lie around a garment."""

SURE_SHARE = 0.035
"""Share of the garment's height from the line between landmarks where its edge may be."""

MEASURED_ONLY = "nc/"
"""Folder of photographs under licences that forbid commercial use."""

AGREES = 0.8
"""Overlap with what lies between the landmarks below which a cut-out is not learnt from."""


def learnt_from(*, with_development: bool = False) -> list[Labelled]:
    """Photographs labelled for training, and at wish those of the development half.

    Those whose licence does not let a shipped network learn from them are left out.
    """
    found = list(labels(TRAINING_LABELS))
    if with_development:
        found += [each for each in labels() if not each.unfit and not each.is_held_out]
    return [each for each in found if not each.name.startswith(MEASURED_ONLY)]


def labelled(*, with_development: bool = False) -> list[Source]:
    """What ``learnt_from`` names, as far as it is on this machine."""
    found = learnt_from(with_development=with_development)
    return [_labelled(each) for each in found if each.path.exists()]


def _labelled(each: Labelled) -> Source:
    rgb = _small(each.picture())
    return Source(
        rgb=rgb,
        alpha=_between(rgb, each.landmarks),
        type=each.type,
        landmarks=dict(each.landmarks),
        is_drawn=False,
    )


def _between(rgb: Image, landmarks: Places) -> Image | None:
    """Cut out by colour what lies between landmarks; nothing where the two tell otherwise."""
    size = np.array(rgb.shape[:2])
    left = [name for names in AROUND for name in names]
    order = (*left, *(name.replace("left", "right") for name in reversed(left)))
    corners = dict.fromkeys(name for name in order if name in landmarks)
    points = np.array([landmarks[name] for name in corners]) * size
    outline = np.zeros(rgb.shape[:2], np.uint8)
    cv2.fillPoly(outline, [np.rint(points[:, ::-1]).astype(np.int32)], 1)
    room = max(2, round(SURE_SHARE * float(np.ptp(points[:, 0]))))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * room + 1, 2 * room + 1))
    trimap = np.where(outline > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[cv2.erode(outline, kernel) > 0] = cv2.GC_FGD
    trimap[cv2.dilate(outline, kernel, iterations=2) == 0] = cv2.GC_BGD
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(1)
    cv2.grabCut(rgb, trimap, (0, 0, 1, 1), *models, 4, cv2.GC_INIT_WITH_MASK)
    cut = np.isin(trimap, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    cut = np.asarray(cv2.morphologyEx(cut, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    agrees = (cut & outline).sum() / max(1, (cut | outline).sum())
    if agrees < AGREES:
        return None
    return np.asarray(cv2.GaussianBlur(cut * 255, (0, 0), 0.7), np.uint8)


def unlabelled(paths: Sequence[Path]) -> tuple[list[Source], list[Image]]:
    """Photographs cut out by colour, and strips of their background."""
    sources: list[Source] = []
    strips: list[Image] = []
    for path in paths:
        with PillowImage.open(path) as opened:
            picture = _small(np.array(opened.convert("RGB")))
        rows, cols = picture.shape[:2]
        strips += [picture[: rows // 8], picture[-(rows // 8) :]]
        strips += [picture[:, : cols // 8], picture[:, -(cols // 8) :]]
        alpha = find_alpha(picture, is_closed=True)
        border = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
        if 0.12 < (alpha > 127).mean() < 0.75 and (border > 127).mean() < 0.01:
            sources.append(
                Source(rgb=picture, alpha=alpha, type="bag", landmarks={}, is_drawn=False)
            )
    return sources, [_square(strip) for strip in strips]


def training_photographs() -> list[Path]:
    folder = sample_data() / "clothing-cc0" / "train"
    return [path for path in sorted(folder.glob("*/*.jpg")) if path.parent.name != "shoes"]


def _square(strip: Image) -> Image:
    while strip.shape[0] < 0.8 * strip.shape[1]:
        strip = np.concatenate([strip, strip[::-1]])
    while strip.shape[1] < 0.8 * strip.shape[0]:
        strip = np.concatenate([strip, strip[:, ::-1]], axis=1)
    return np.asarray(cv2.resize(strip, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA), np.uint8)


def sample(random: Random, source: Source, backgrounds: Sequence[Image]) -> Sample:
    """Turn, bend, light and blur a garment; one cut out often lies before another background."""
    rows, cols = source.rgb.shape[:2]
    points, known = _points(source, rows, cols)
    turn, bend = _bent(random, _box(source, points[known > 0], rows, cols))
    here = _where(turn, bend)
    border = cv2.BORDER_CONSTANT if random.random() < GREY_SHARE else cv2.BORDER_REPLICATE
    picture = cv2.remap(source.rgb, *here, cv2.INTER_LINEAR, borderMode=border, borderValue=GREY)
    mask = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    lit = picture.astype(np.float64)
    if source.alpha is not None:
        mask = np.asarray(cv2.remap(source.alpha, *here, cv2.INTER_LINEAR) / 255, np.float32)
        if source.is_drawn or random.random() < ELSEWHERE_SHARE:
            lit = _before(random, lit, mask, _background(random, backgrounds))
    made = Sample(
        rgb=_photographed(random, lit),
        mask=mask,
        has_mask=source.alpha is not None,
        points=_moved(turn, bend, points),
        known=known,
    )
    return _mirrored(made) if random.random() < 0.5 else made


def _background(random: Random, backgrounds: Sequence[Image]) -> Image:
    if random.random() < PLAIN_SHARE:
        plain = np.clip(random.choice([70, 180, 235, 252]) + random.normal(0, 12, 3), 0, 255)
        return np.full((SIDE_PX, SIDE_PX, 3), plain, np.uint8)
    return backgrounds[int(random.integers(len(backgrounds)))]


def _photographed(random: Random, lit: NDArray[np.float64]) -> Image:
    """Another light from another side, at times less sharp, always with noise."""
    rows, cols = np.mgrid[-1 : 1 : SIDE_PX * 1j, -1 : 1 : SIDE_PX * 1j]
    slant = 1 + random.normal(0, 0.08) * rows + random.normal(0, 0.08) * cols
    lit = lit * slant[..., None] * random.uniform(0.6, 1.2) * random.normal(1, 0.07, 3)
    lit = 255 * np.clip((lit + random.uniform(-20, 20)) / 255, 0, 1) ** random.uniform(0.75, 1.3)
    if random.random() < 0.3:
        lit = np.asarray(cv2.GaussianBlur(lit, (0, 0), random.uniform(0.4, 1.4)))
    lit = lit + random.normal(0, random.uniform(0, 5), lit.shape)
    return np.clip(lit, 0, 255).astype(np.uint8)


def _before(
    random: Random, picture: NDArray[np.float64], mask: NDArray[np.float32], background: Image
) -> NDArray[np.float64]:
    """Lay a garment with its shadow before a background, at times one of nearly its own colour."""
    around = background.astype(np.float64)
    if random.random() < 0.2:
        own = (picture * mask[..., None]).sum((0, 1)) / max(float(mask.sum()), 1.0)
        around = 0.3 * around + 0.7 * (own + random.normal(0, 14, 3))
    shadow = np.asarray(cv2.GaussianBlur(mask, (0, 0), random.uniform(1.5, 6)))
    down, right = (int(step) for step in random.integers(-4, 6, 2))
    shadow = np.roll(shadow, (down, right), (0, 1))[..., None]
    around = around * (1 - random.uniform(0, 0.55) * shadow)
    return np.asarray(picture * mask[..., None] + around * (1 - mask[..., None]))


def _points(source: Source, rows: int, cols: int) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    points = np.zeros((len(CHANNELS), 2), np.float32)
    known = np.full(len(CHANNELS), -1, np.int8)
    for name in names_for(source.type):
        index = CHANNELS.index(channel_of(source.type, name))
        if name in source.landmarks:
            row, col = source.landmarks[name]
            points[index], known[index] = (col * cols - 0.5, row * rows - 0.5), 1
        elif source.is_drawn:
            known[index] = 0
    return points, known


def _box(
    source: Source, points: NDArray[np.float32], rows: int, cols: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if source.alpha is not None:
        inside = np.argwhere(source.alpha > 127)[:, ::-1]
        points = np.asarray(inside if len(inside) else [[0, 0], [cols, rows]], np.float32)
    return points.min(axis=0).astype(float), points.max(axis=0).astype(float)


def _bent(
    random: Random, box: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Affine map from the picture to the source, and a smooth bend on top, in source pixels."""
    low, high = box
    fill = 0.97 - 0.5 * random.random() ** 1.5
    scale = float((high - low).max()) / (fill * SIDE_PX)
    angle, shear = np.deg2rad(random.normal(0, 7)), random.normal(0, 0.06)
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    stretch = np.diag(scale * np.exp(random.normal(0, 0.09, 2)))
    linear = spin @ np.array([[1, shear], [0, 1]]) @ stretch
    centre = SIDE_PX / 2 + random.uniform(-0.4, 0.4, 2) * SIDE_PX * (1 - fill)
    turn = np.hstack([linear, ((low + high) / 2 - linear @ centre)[:, None]])
    waves = random.normal(0, random.uniform(0, 0.05) * SIDE_PX * scale, (4, 4, 2))
    bend = cv2.resize(waves.astype(np.float32), (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC)
    return turn, np.asarray(bend, np.float32)


def _where(
    turn: NDArray[np.float64], bend: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    rows, cols = np.indices((SIDE_PX, SIDE_PX))
    at = np.stack([cols, rows, np.ones_like(rows)], axis=-1) @ turn.T + bend
    return at[..., 0].astype(np.float32), at[..., 1].astype(np.float32)


def _moved(
    turn: NDArray[np.float64], bend: NDArray[np.float32], points: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Where points of the source come to lie: the bend is undone by a few fixed-point steps."""
    back = np.linalg.inv(np.vstack([turn, [0, 0, 1]]))[:2]
    moved = points @ back[:, :2].T + back[:, 2]
    for _ in range(6):
        at = np.clip(np.rint(moved), 0, SIDE_PX - 1).astype(int)
        moved = (points - bend[at[:, 1], at[:, 0]]) @ back[:, :2].T + back[:, 2]
    return moved.astype(np.float32)


def _mirrored(made: Sample) -> Sample:
    points = made.points.copy()
    points[:, 0] = SIDE_PX - 1 - points[:, 0]
    return dataclasses.replace(
        made,
        rgb=np.ascontiguousarray(made.rgb[:, ::-1]),
        mask=np.ascontiguousarray(made.mask[:, ::-1]),
        points=points[MIRROR],
        known=made.known[MIRROR],
    )
