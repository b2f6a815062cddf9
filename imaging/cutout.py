"""From a commodity's image to a garment: alpha, and landmarks found on the outline."""

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.doubting import alpha_confidence, doubts_about, landmark_confidences
from imaging.garment import GARMENT_TYPES, Garment
from imaging.garment_network import READABLE_TYPES, look_at
from imaging.landmarks import find_landmarks
from imaging.placing import place_landmarks
from imaging.shadows import in_shadow

WORKING_SIDE_PX = 320
"""GrabCut's cost grows with the pixels; the guided filter brings the edge back at full size."""

COARSE_SHARE = 0.6
"""Size at which GrabCut decides what the thing is; then it only decides about the edge."""

FOUND_SHARE = 0.05
"""Share of a picture below which the smaller size is taken to have missed the thing."""

DOUBT_PX = 13
"""Width of that edge."""

OWN_ALPHA_SHARE = 0.02
"""An image whose alpha leaves out less than this brings no cut-out of its own."""

WITH_OPENINGS = ("bag", "scarf", "shoes", "hat", "glasses")
"""Types one may look through, such as a bag between its handles."""

AGREES, AGREES_CLEARLY = 0.85, 0.45
"""Overlap from which an outline by colour shows the same thing as the network saw; the second
where its edge is clear all round, for then it rather is the network that missed a part."""

CLEAR = 0.95
"""Share of the outline with a difference to be seen, from which an edge is clear."""

STRANGE_SHARE = 0.04
"""Largest piece per garment that is taken for a hanger where it was not seen as garment."""

SURELY = 0.95
"""Likelihood from which it decides alone, and below the rest of which nothing is there."""

OWN_COLOUR_SHARE = 0.004
"""Share of the garment that has a colour from which that colour is its own."""

NOTHING = 4
"""Units of Lab, of 255, below which a whole image shows its background only."""

PLAIN_SHARE = 0.70
"""Share of the border within 8 units of one colour from which a background counts as plain."""


def cut_out(
    image: NDArray[np.uint8],
    garment_type: str,
    *,
    landmarks: Mapping[str, tuple[float, float]] | None = None,
) -> Garment:
    """Cut a garment out of a commodity's image.

    Parameters
    ----------
    image : (H, W, 3) or (H, W, 4) uint8
        sRGB, with straight alpha where there is a fourth channel. Alpha that leaves something
        out is believed.
    garment_type : str
        One of ``GARMENT_TYPES``.
    landmarks : mapping of str to (float, float), optional
        Of the seller, as fractions ``row, col``; each wins over the one found.

    Returns
    -------
    Garment

    Raises
    ------
    ValueError
        If the type is unknown or the image has neither three nor four channels.

    References
    ----------
    C. Rother, V. Kolmogorov, A. Blake, "GrabCut", SIGGRAPH 2004. The model of the background
    from the border: own derivation.
    """
    if garment_type not in GARMENT_TYPES:
        raise ValueError(f"there is no garment type {garment_type!r}")
    if image.ndim != 3 or image.shape[2] not in {3, 4}:
        raise ValueError("an image needs three or four channels")
    if image.shape[2] == 4 and float((image[..., 3] < 250).mean()) > OWN_ALPHA_SHARE:
        # The outline is exact, and rules about outlines are at their best there.
        rgba, likelihood, alpha_sure = image, None, 1.0
        found = find_landmarks(rgba, garment_type=garment_type)
        sure = landmark_confidences(found)
    else:
        rgb = np.ascontiguousarray(image[..., :3])
        rgba, likelihood, alpha_sure, found, sure = _out_of_photograph(rgb, garment_type)
    given = dict(landmarks or {})
    sure = {name: each * alpha_sure for name, each in sure.items() if name not in given}
    return Garment(
        type=garment_type,
        rgba=rgba,
        landmarks=found | given,
        confidences=sure,
        alpha_confidence=alpha_sure,
        doubts=doubts_about(
            rgba, garment_type=garment_type, alpha=alpha_sure, landmarks=sure, likelihood=likelihood
        ),
    )


def _out_of_photograph(
    rgb: NDArray[np.uint8], garment_type: str
) -> tuple[
    NDArray[np.uint8],
    NDArray[np.float32] | None,
    float,
    dict[str, tuple[float, float]],
    dict[str, float],
]:
    """Cut-out, likelihood, confidence of the alpha, landmarks and their confidences."""
    is_closed = garment_type not in WITH_OPENINGS
    if garment_type not in READABLE_TYPES:
        alpha = find_alpha(rgb, is_closed=is_closed)
        rgba = np.dstack([rgb, alpha])
        found = find_landmarks(rgba, garment_type=garment_type)
        return rgba, None, alpha_confidence(rgb, alpha), found, landmark_confidences(found)
    seen = look_at(rgb, garment_type=garment_type)
    alpha = find_alpha(rgb, is_closed=is_closed, likelihood=seen.likelihood)
    rgba = np.dstack([rgb, alpha])
    by_rules = find_landmarks(rgba, garment_type=garment_type)
    found, sure = place_landmarks(seen, by_rules, rgba, garment_type=garment_type)
    sureness = alpha_confidence(rgb, alpha, seen.likelihood)
    return rgba, seen.likelihood, sureness, found if by_rules else {}, sure if by_rules else {}


def find_alpha(
    rgb: NDArray[np.uint8],
    *,
    is_closed: bool,
    likelihood: NDArray[np.float32] | None = None,
) -> NDArray[np.uint8]:
    """Tell the thing in the middle of an image from what lies round it.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
        sRGB.
    is_closed : bool
        Whether the thing has no openings to look through, so that a white garment's white middle
        belongs to it once its outline is found.
    likelihood : (H, W) float32, optional
        How probably each pixel belongs to the thing, 0 to 1, where somebody has seen it.

    Returns
    -------
    (H, W) uint8
        Alpha.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, WORKING_SIDE_PX / max(height, width))
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32)
    if float(np.ptp(lab, axis=(0, 1)).max()) < NOTHING:
        return np.zeros((height, width), np.uint8)  # whatever a network sees in it
    ring = _ring(lab)
    middle = np.median(ring, axis=0)
    spread = np.linalg.norm(ring - middle, axis=1)
    if float((spread < 8).mean()) > PLAIN_SHARE:
        threshold = float(np.clip(np.quantile(spread[spread < 8], 0.98) * 1.35 + 1.2, 2.5, 8))
        mask = _against_plain(lab, middle, threshold, is_closed=is_closed)
    else:
        mask = _by_grab_cut(small)
    if likelihood is not None:
        seen = np.asarray(cv2.resize(likelihood, size, interpolation=cv2.INTER_AREA), np.float32)
        mask = _as_seen(small, seen, mask)
    mask = _one_piece(mask)
    wide = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    coarse = np.asarray(wide, np.float32)
    alpha = _guided(rgb, coarse, radius=max(3, round(1.5 / scale)))
    # The filter leaves a veil on both sides of the edge; a garment's edge is firm.
    return np.asarray(np.rint(np.clip((alpha - 0.3) / 0.5, 0, 1) * 255), np.uint8)


def _ring(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    border = max(2, max(lab.shape[:2]) // 40)
    inside = np.ones(lab.shape[:2], bool)
    inside[border:-border, border:-border] = False
    return np.asarray(lab[inside])


def _against_plain(
    lab: NDArray[np.float32],
    background: NDArray[np.float32],
    threshold: float,
    *,
    is_closed: bool,
) -> NDArray[np.uint8]:
    """Find what differs from a plain background, and what lies between."""
    distance = np.linalg.norm((lab - background) * (1.0, 1.5, 1.5), axis=2)
    sure = (distance > max(10.0, 2 * threshold)).astype(np.uint8)
    size = max(5, int(0.022 * max(lab.shape[:2]))) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    padded = cv2.copyMakeBorder(sure, size, size, size, size, cv2.BORDER_CONSTANT)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, kernel)[size:-size, size:-size]
    mask = ((sure > 0) | ((distance > threshold) & (closed > 0))).astype(np.uint8)
    whole = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    return _filled(np.asarray(whole, np.uint8), distance > threshold, is_closed=is_closed)


def _filled(
    mask: NDArray[np.uint8], differs: NDArray[np.bool_], *, is_closed: bool
) -> NDArray[np.uint8]:
    """Fill holes that are small or mostly differ from the background; a bag's handle stays open."""
    outside = cv2.copyMakeBorder(1 - mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    cv2.floodFill(outside, None, (0, 0), 2)
    holes = (outside[1:-1, 1:-1] == 1).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(holes)
    whole = int(mask.sum())
    for index in range(1, count):
        area = int(stats[index, cv2.CC_STAT_AREA])
        hole = labels == index
        mostly = area < 0.25 * whole and float(differs[hole].mean()) > 0.25
        if area < 0.01 * whole or mostly or (is_closed and area > 0.2 * whole):
            mask[hole] = 1
    return mask


def _by_grab_cut(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Find a thing before a pattern: at a smaller size first, then its edge only.

    A cut's cost grows much faster than the pixels that are in doubt.
    """
    height, width = rgb.shape[:2]
    size = (max(8, round(width * COARSE_SHARE)), max(8, round(height * COARSE_SHARE)))
    coarse = _coarse(np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8))
    if float(coarse.mean()) < FOUND_SHARE:
        return _coarse(rgb)  # a fine pattern is lost in the small picture
    mask = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_NEAREST)
    doubt = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (DOUBT_PX, DOUBT_PX))
    trimap = np.where(mask > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[cv2.erode(mask, doubt) > 0] = cv2.GC_FGD
    trimap[cv2.dilate(mask, doubt) == 0] = cv2.GC_BGD
    if (mask > 0).all():
        return np.asarray(mask, np.uint8)
    return _cut(rgb, trimap, rounds=1)


def _as_seen(
    rgb: NDArray[np.uint8], seen: NDArray[np.float32], by_colour: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Join what was seen with the colours: these know the edge, that knows what the thing is."""
    agrees = _overlap(by_colour > 0, seen > 0.5)
    is_clear = alpha_confidence(rgb, by_colour * np.uint8(255)) >= CLEAR
    mask = by_colour
    if agrees < (AGREES_CLEARLY if is_clear else AGREES):
        mask = _by_likelihood(rgb, seen)
    missed = np.asarray((mask > 0) & (seen < 1 - SURELY))
    strange = _small_pieces(
        missed & ~_of_its_colours(rgb, seen, missed), STRANGE_SHARE * float(mask.sum())
    )
    gone = strange | in_shadow(rgb, mask > 0, seen)
    joined = np.where(seen > SURELY, 1, np.where(gone, 0, mask)).astype(np.uint8)
    return _filled(joined, np.asarray(seen > 0.5), is_closed=False)


def _small_pieces(asked: NDArray[np.bool_], area_max: float) -> NDArray[np.bool_]:
    """Keep a hanger, which is small, and not a sleeve that was overlooked."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(asked.astype(np.uint8))
    small = stats[:, cv2.CC_STAT_AREA] <= area_max
    small[0] = False
    return np.asarray(small[np.asarray(labels, np.intp)], np.bool_)


def _of_its_colours(
    rgb: NDArray[np.uint8], seen: NDArray[np.float32], asked: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Pieces of the garment's colours that hang on it: a strap is one, a hanger is not."""
    sure = seen > 0.85
    if not asked.any() or int(sure.sum()) < 50:
        return np.zeros(asked.shape, np.bool_)
    lab = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB), np.uint8)
    cells = (lab // 16).astype(np.intp) @ np.array([256, 16, 1])
    known = np.bincount(cells[sure], minlength=4096) / int(sure.sum())
    alike = known[cells[asked]]
    own = np.zeros(asked.shape, np.uint8)
    own[asked] = alike > OWN_COLOUR_SHARE
    own = np.asarray(cv2.morphologyEx(own, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), np.uint8)
    _, labels = cv2.connectedComponents(((own > 0) | (seen > 0.5)).astype(np.uint8))
    touching = np.unique(labels[seen > 0.5])
    return np.asarray((own > 0) & asked & np.isin(labels, touching), np.bool_)


def _overlap(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    return float((first & second).sum() / max(1, int((first | second).sum())))


def _by_likelihood(rgb: NDArray[np.uint8], seen: NDArray[np.float32]) -> NDArray[np.uint8]:
    trimap = np.where(seen > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    trimap[cv2.erode((seen > 0.85).astype(np.uint8), kernel) > 0] = cv2.GC_FGD
    trimap[cv2.dilate((seen > 0.15).astype(np.uint8), kernel) == 0] = cv2.GC_BGD
    known = np.isin(trimap, (cv2.GC_FGD, cv2.GC_BGD))
    if not (trimap == cv2.GC_FGD).any() or not (trimap == cv2.GC_BGD).any() or known.all():
        return np.asarray(seen > 0.5).astype(np.uint8)
    return _cut(rgb, trimap, rounds=2)


def _cut(rgb: NDArray[np.uint8], trimap: NDArray[np.uint8], *, rounds: int) -> NDArray[np.uint8]:
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(1)  # its k-means draws first centres too
    whole = (0, 0, rgb.shape[1], rgb.shape[0])
    cv2.grabCut(rgb, trimap, whole, *models, rounds, cv2.GC_INIT_WITH_MASK)
    mask = np.isin(trimap, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return _filled(np.asarray(opened, np.uint8), np.zeros(mask.shape, bool), is_closed=False)


def _coarse(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """GrabCut, started from the border's colours."""
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB).astype(np.float32)
    ring = _ring(lab)
    height, width = lab.shape[:2]
    cv2.setRNGSeed(1)  # k-means draws its first centres; the same image gives the same garment
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 1.0)
    start = np.zeros((len(ring), 1), np.int32)
    _, labels, centres = cv2.kmeans(
        np.ascontiguousarray(ring), 4, start, criteria, 2, cv2.KMEANS_PP_CENTERS
    )
    shares = np.bincount(labels.ravel(), minlength=4) / len(ring)
    centres = centres[shares > 0.08]
    weights = np.array([0.6, 1.3, 1.3], np.float32)
    apart = np.linalg.norm((lab[:, :, None] - centres[None, None]) * weights, axis=3).min(axis=2)
    levels = np.clip(apart * 2, 0, 255).astype(np.uint8)
    otsu, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_OTSU)
    threshold = max(12.0, otsu / 2 * 0.8)
    rows, cols = np.mgrid[:height, :width].astype(np.float32)
    reach = ((cols - width / 2) / (0.36 * width)) ** 2 + (
        (rows - height / 2) / (0.40 * height)
    ) ** 2
    central = np.exp(-(reach**1.5))
    score = np.clip(apart / threshold, 0, 2) * 0.5 + central * 0.5
    trimap = np.where(score > 0.72, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[(score > 1.15) & (central > 0.5)] = cv2.GC_FGD
    trimap[(apart < 0.35 * threshold) & (central < 0.15)] = cv2.GC_BGD
    trimap[:2] = trimap[-2:] = cv2.GC_BGD
    trimap[:, :2] = trimap[:, -2:] = cv2.GC_BGD
    if int(np.isin(trimap, (cv2.GC_FGD, cv2.GC_PR_FGD)).sum()) < 50:
        trimap[height // 4 : 3 * height // 4, width // 4 : 3 * width // 4] = cv2.GC_PR_FGD
    return _cut(rgb, trimap, rounds=2)


def _one_piece(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Keep the largest piece and what is at least a seventh of it, such as the second shoe."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        return mask
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = np.flatnonzero(areas > areas.max() / 7) + 1
    return np.isin(labels, kept).astype(np.uint8)


def _guided(
    rgb: NDArray[np.uint8], coarse: NDArray[np.float32], *, radius: int
) -> NDArray[np.float32]:
    """Make a coarse mask follow the edges of a picture.

    References
    ----------
    K. He, J. Sun, X. Tang, "Guided image filtering", IEEE TPAMI 35(6), 2013; the guide is the
    lightness, which is enough a few pixels from the edge.
    """
    guide = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY) / 255, np.float32)
    size = (2 * radius + 1, 2 * radius + 1)

    def mean(values: NDArray[np.floating]) -> NDArray[np.float32]:
        return np.asarray(cv2.blur(values.astype(np.float32), size), np.float32)

    mean_guide, mean_coarse = mean(guide), mean(coarse)
    slope = (mean(guide * coarse) - mean_guide * mean_coarse) / (
        mean(guide * guide) - mean_guide * mean_guide + 1e-4
    )
    offset = mean_coarse - slope * mean_guide
    return np.asarray(np.clip(mean(slope) * guide + mean(offset), 0, 1), np.float32)
