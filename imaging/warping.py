"""Fold-free warps: from corresponding points to a part of a garment in its place on the body.

A warp is kept as the backward map on a coarse grid of its box: for each node the place in the
source it is taken from. Thin plates bend it through the correspondences; where the sheet would
fold over itself, it is drawn back towards the best similarity until no cell is turned.
"""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Points: TypeAlias = NDArray[np.float64]

GRID_STEP_PX = 8
"""Spacing of the grid. A garment bends over tens of pixels; 8 keep the error below half a pixel."""

RELAXATIONS = (1.0, 0.85, 0.7, 0.55, 0.4, 0.2, 0.0)
"""Shares of the thin plate tried in turn; 0 is the similarity, which cannot fold."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle of the picture: rows ``top`` to ``bottom``, cols ``left`` to ``right``, ends out.

    Attributes
    ----------
    top, left, bottom, right : int
        Pixels.
    """

    top: int
    left: int
    bottom: int
    right: int

    @property
    def is_empty(self) -> bool:
        """Whether there is no pixel in the box."""
        return self.bottom <= self.top or self.right <= self.left

    def window(self) -> tuple[slice, slice]:
        """Give the slices that cut the box out of a picture."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


@dataclass(frozen=True, kw_only=True, eq=False)
class Warp:
    """A backward map on a grid.

    Attributes
    ----------
    box : Box
        Where in the picture it applies; its sides are multiples of ``GRID_STEP_PX``.
    grid : (R, C, 2) float32
        ``row, col`` in the source for the centre of each grid cell of the box and of one ring of
        cells round it.
    relaxation : float
        Share of the thin plate that was kept, 0 to 1.
    """

    box: Box
    grid: NDArray[np.float32]
    relaxation: float


def similarity(targets: Points, sources: Points) -> NDArray[np.float64]:
    """Least-squares similarity (rotation, one scale, shift) from targets to sources.

    Parameters
    ----------
    targets, sources : (N, 2) float64
        ``row, col``, N >= 2.

    Returns
    -------
    (3, 2) float64
        ``[row, col, 1] @ result`` is the source of a target.

    References
    ----------
    S. Umeyama, "Least-squares estimation of transformation parameters between two point
    patterns", IEEE TPAMI 13(4), 1991; in the plane the rotation has the closed form used here.
    """
    centre_t, centre_s = targets.mean(axis=0), sources.mean(axis=0)
    t, s = targets - centre_t, sources - centre_s
    spread = max(float((t * t).sum()), 1e-9)
    along = float((t * s).sum()) / spread
    across = float((t[:, 0] * s[:, 1] - t[:, 1] * s[:, 0]).sum()) / spread
    turn = np.array([[along, across], [-across, along]])
    return np.vstack([turn, centre_s - centre_t @ turn])


def _radial(squared: NDArray[np.float64]) -> NDArray[np.float64]:
    return squared * np.log(np.maximum(squared, 1e-12))


def _squared_distances(a: Points, b: Points) -> NDArray[np.float64]:
    return np.asarray(((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2))


def thin_plate(
    targets: Points, sources: Points, *, nodes: Points, stiffness: float
) -> NDArray[np.float64]:
    """Interpolate the sources over the plane of the targets and evaluate it at nodes.

    Parameters
    ----------
    targets, sources : (N, 2) float64
        Corresponding points, N >= 3 and not on one line.
    nodes : (M, 2) float64
        Where to evaluate.
    stiffness : float
        0 goes exactly through the points; larger values bend less (about 0.01 forgives errors
        of a hundredth of the garment).

    Returns
    -------
    (M, 2) float64
        Sources of the nodes.

    References
    ----------
    F. L. Bookstein, "Principal warps: thin-plate splines and the decomposition of deformations",
    IEEE TPAMI 11(6), 1989.
    """
    centre = targets.mean(axis=0)
    scale = max(float(np.abs(targets - centre).max()), 1e-6)
    t, x = (targets - centre) / scale, (nodes - centre) / scale
    count = len(t)
    system = np.zeros((count + 3, count + 3))
    system[:count, :count] = _radial(_squared_distances(t, t)) + stiffness * np.eye(count)
    system[:count, count:] = np.column_stack([np.ones(count), t])
    system[count:, :count] = system[:count, count:].T
    wanted = np.vstack([sources, np.zeros((3, 2))])
    weights = np.linalg.lstsq(system, wanted, rcond=None)[0]
    bent = _radial(_squared_distances(x, t)) @ weights[:count]
    return np.asarray(bent + np.column_stack([np.ones(len(x)), x]) @ weights[count:])


def cell_areas(grid: NDArray[np.float32]) -> NDArray[np.float32]:
    """Smaller signed area of the two triangles of each cell, in source px² per grid cell.

    Parameters
    ----------
    grid : (R, C, 2) float32
        Backward map.

    Returns
    -------
    (R - 1, C - 1) float32
        Negative where the map turns over, that is where it folds.
    """
    down, right = np.diff(grid, axis=0), np.diff(grid, axis=1)

    def crossed(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0], np.float32)

    first = crossed(down[:, :-1], right[:-1])
    second = crossed(down[:, 1:], right[1:])
    return np.asarray(np.minimum(first, second), np.float32)


def is_fold_free(grid: NDArray[np.float32], *, occupied: NDArray[np.uint8]) -> bool:
    """Whether no cell that takes something visible from the source is turned over.

    Parameters
    ----------
    grid : (R, C, 2) float32
        Backward map.
    occupied : (H, W) uint8
        Non-zero where the source is visible; same coordinates as the grid's values.

    Returns
    -------
    bool
    """
    height, width = occupied.shape
    rows = np.clip(grid[..., 0], -1, height).astype(np.int32)
    cols = np.clip(grid[..., 1], -1, width).astype(np.int32)
    inside = (rows >= 0) & (rows < height) & (cols >= 0) & (cols < width)
    seen = inside & (occupied[np.clip(rows, 0, height - 1), np.clip(cols, 0, width - 1)] > 0)
    touched = seen[:-1, :-1] | seen[1:, :-1] | seen[:-1, 1:] | seen[1:, 1:]
    return not bool((touched & (cell_areas(grid) <= 0)).any())


def _grid_nodes(box: Box) -> tuple[Points, tuple[int, int]]:
    half = (GRID_STEP_PX - 1) / 2
    # One cell more on each side: the outer half of the outermost cells has nothing to lean on.
    rows = np.arange(box.top - GRID_STEP_PX, box.bottom + GRID_STEP_PX, GRID_STEP_PX) + half
    cols = np.arange(box.left - GRID_STEP_PX, box.right + GRID_STEP_PX, GRID_STEP_PX) + half
    nodes = np.stack(np.meshgrid(rows, cols, indexing="ij"), axis=-1).reshape(-1, 2)
    return np.asarray(nodes, np.float64), (len(rows), len(cols))


def _box_of(
    sources: Points, targets: Points, occupied: NDArray[np.uint8], frame: tuple[int, int]
) -> Box:
    # The visible source under the similarity, widened: thin plates seldom reach further out.
    to_target = similarity(sources, targets)
    height, width = occupied.shape
    corners = np.array([[0, 0, 1], [0, width, 1], [height, 0, 1], [height, width, 1]]) @ to_target
    reach = np.vstack([corners, targets])
    margin = 0.06 * float(np.ptp(reach, axis=0).max()) + 2 * GRID_STEP_PX
    low = np.maximum(np.floor(reach.min(axis=0) - margin), 0).astype(int)
    high = np.minimum(np.ceil(reach.max(axis=0) + margin), frame).astype(int)
    high = low + np.maximum((high - low) // GRID_STEP_PX, 0) * GRID_STEP_PX
    return Box(top=int(low[0]), left=int(low[1]), bottom=int(high[0]), right=int(high[1]))


def fit_warp(
    sources: Points,
    targets: Points,
    *,
    occupied: NDArray[np.uint8],
    frame: tuple[int, int],
    stiffness: float = 1e-3,
) -> Warp:
    """Find the fold-free warp that brings sources to targets.

    Parameters
    ----------
    sources : (N, 2) float64
        Points of the part, ``row, col`` in pixels of ``occupied``.
    targets : (N, 2) float64
        Their places in the picture.
    occupied : (H, W) uint8
        Non-zero where the part is visible.
    frame : (int, int)
        Rows and cols of the picture; the box stays inside.
    stiffness : float, optional
        See `thin_plate`.

    Returns
    -------
    Warp

    Raises
    ------
    ValueError
        "a warp needs at least 3 pairs of points" when there are fewer.

    References
    ----------
    Source: own derivation.
    """
    if len(sources) < 3 or len(sources) != len(targets):
        raise ValueError("a warp needs at least 3 pairs of points")
    box = _box_of(sources, targets, occupied, frame)
    nodes, shape = _grid_nodes(box)
    if box.is_empty:
        return Warp(box=box, grid=np.zeros((0, 0, 2), np.float32), relaxation=1.0)
    rigid = np.column_stack([nodes, np.ones(len(nodes))]) @ similarity(targets, sources)
    bent = thin_plate(targets, sources, nodes=nodes, stiffness=stiffness)
    reach = np.ones((2 * GRID_STEP_PX + 1,) * 2, np.uint8)
    wide = np.asarray(cv2.dilate(occupied, reach), np.uint8)
    for share in RELAXATIONS:
        mixed = (share * bent + (1 - share) * rigid).reshape(*shape, 2).astype(np.float32)
        if share == 0 or is_fold_free(mixed, occupied=wide):
            return Warp(box=box, grid=mixed, relaxation=share)
    raise AssertionError("the similarity ends the loop")


@dataclass(frozen=True, kw_only=True, eq=False)
class PreparedWarp:
    """A warp worked out for each pixel, to be drawn again and again.

    Attributes
    ----------
    box : Box
        Where in the picture something is drawn.
    places : (h, w, 2) int16
        ``col, row`` (as OpenCV has them) of the pixel in the source left above each place.
    fractions : (h, w) uint16
        How far each place lies beyond that, in 32nds: 32 times the row's plus the column's.
    """

    box: Box
    places: NDArray[np.int16]
    fractions: NDArray[np.uint16]


def prepare_warp(warp: Warp, *, occupied: NDArray[np.uint8] | None = None) -> PreparedWarp:
    """Work a warp out for each pixel of its box.

    Parameters
    ----------
    warp : Warp
        Of a part.
    occupied : (H, W) uint8, optional
        Non-zero where the part is visible: the box is cut down to what that reaches.

    Returns
    -------
    PreparedWarp
        Draws what `apply_warp` draws, to the bit: OpenCV interpolates eight bits in 32nds of a
        pixel anyway, and would reckon them anew each time.
    """
    box = warp.box
    if box.is_empty:
        return PreparedWarp(
            box=box, places=np.zeros((0, 0, 2), np.int16), fractions=np.zeros((0, 0), np.uint16)
        )
    ring = 2 * GRID_STEP_PX
    size = (box.right - box.left + ring, box.bottom - box.top + ring)
    own = (slice(GRID_STEP_PX, -GRID_STEP_PX),) * 2
    rows = cv2.resize(warp.grid[..., 0], size, interpolation=cv2.INTER_LINEAR)[own]
    cols = cv2.resize(warp.grid[..., 1], size, interpolation=cv2.INTER_LINEAR)[own]
    places, fractions = (np.asarray(found) for found in cv2.convertMaps(cols, rows, cv2.CV_16SC2))
    if occupied is not None:
        # Of the four pixels each place is mixed from, the nearest ones may all be bare.
        wide = cv2.dilate(occupied, np.ones((3, 3), np.uint8))
        seen = cv2.remap(wide, places, fractions, cv2.INTER_LINEAR)
        left, top, width, height = cv2.boundingRect(seen)
        cut = (slice(top, top + height), slice(left, left + width))
        places, fractions = np.ascontiguousarray(places[cut]), np.ascontiguousarray(fractions[cut])
        box = Box(
            top=box.top + top,
            left=box.left + left,
            bottom=box.top + top + height,
            right=box.left + left + width,
        )
    return PreparedWarp(
        box=box,
        places=np.asarray(places, np.int16),
        fractions=np.asarray(fractions, np.uint16),
    )


def draw_warped(part: NDArray[np.uint8], prepared: PreparedWarp) -> NDArray[np.uint8]:
    """Draw a part into the box of its prepared warp.

    Parameters
    ----------
    part : (H, W, 4) uint8
        sRGB with premultiplied alpha.
    prepared : PreparedWarp
        Where each pixel comes from.

    Returns
    -------
    (h, w, 4) uint8
        The box, premultiplied; transparent where the part has no pixel.
    """
    if prepared.box.is_empty:
        return np.zeros((0, 0, 4), np.uint8)
    drawn = cv2.remap(
        part,
        prepared.places,
        prepared.fractions,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
    )
    return np.asarray(drawn, np.uint8)


def apply_warp(part: NDArray[np.uint8], warp: Warp) -> NDArray[np.uint8]:
    """Draw a part into the box of its warp.

    Parameters
    ----------
    part : (H, W, 4) uint8
        sRGB with premultiplied alpha.
    warp : Warp
        Where each pixel comes from.

    Returns
    -------
    (h, w, 4) uint8
        The box, premultiplied; transparent where the part has no pixel.
    """
    return draw_warped(part, prepare_warp(warp))
