"""From a rough likelihood to a clean edge: colour models, soft alpha, and edges without halo."""

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.resampling import resized


def sharpened(likelihood: NDArray[np.float32]) -> NDArray[np.float32]:
    """Make a likelihood decide: below a third is nothing, above two thirds is all.

    Parameters
    ----------
    likelihood : (H, W) float32
        0 to 1.

    Returns
    -------
    (H, W) float32
        0 to 1, three times as steep around a half.

    References
    ----------
    Source: own derivation.
    """
    return np.asarray(np.clip(3 * likelihood - 1, 0, 1), np.float32)


def guided_alpha(
    image: NDArray[np.uint8],
    mask: NDArray[np.float32],
    *,
    radius_px: int = 6,
    smoothness: float = 1e-4,
    step: int = 2,
) -> NDArray[np.float32]:
    """Let the edge of a mask follow the edges of a picture.

    In each window alpha is taken as a linear function of the three colours. The coefficients are
    found on a reduced picture and applied to the full one.

    Parameters
    ----------
    image : (H, W, 3) uint8
        sRGB. May be larger than ``mask``.
    mask : (h, w) float32
        0 to 1, of the same scene.
    radius_px : int
        Half the window, in pixels of ``mask``.
    smoothness : float
        Colour variance below which a window counts as flat, of squared values 0 to 1.
    step : int
        The coefficients are found at 1/step of the mask's size.

    Returns
    -------
    (H, W) float32
        Alpha, 0 to 1.

    References
    ----------
    .. [1] K. He, J. Sun, "Fast Guided Filter", arXiv:1505.00996, 2015.
    """
    size = (max(1, mask.shape[0] // step), max(1, mask.shape[1] // step))
    guide = resized(image, *size).astype(np.float32) / np.float32(255)
    target = resized(mask, *size)
    window = (2 * max(1, radius_px // step) + 1,) * 2

    def mean(values: NDArray[np.floating]) -> NDArray[np.float32]:
        return np.asarray(cv2.blur(values, window), np.float32)

    mean_guide, mean_target = mean(guide), mean(target)
    covariance = mean(guide * target[:, :, None]) - mean_guide * mean_target[:, :, None]
    red, green, blue = (guide[:, :, channel] for channel in range(3))
    squares = mean(np.dstack([red * red, red * green, red * blue]))
    others = mean(np.dstack([green * green, green * blue, blue * blue]))
    mean_red, mean_green, mean_blue = (mean_guide[:, :, channel] for channel in range(3))
    rr = squares[:, :, 0] - mean_red * mean_red + smoothness
    rg = squares[:, :, 1] - mean_red * mean_green
    rb = squares[:, :, 2] - mean_red * mean_blue
    gg = others[:, :, 0] - mean_green * mean_green + smoothness
    gb = others[:, :, 1] - mean_green * mean_blue
    bb = others[:, :, 2] - mean_blue * mean_blue + smoothness
    # The inverse of a symmetric matrix of three rows, by cofactors.
    c_rr, c_rg, c_rb = gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb
    c_gg, c_gb, c_bb = rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg
    determinant = rr * c_rr + rg * c_rg + rb * c_rb
    cov_r, cov_g, cov_b = (covariance[:, :, channel] for channel in range(3))
    slope = np.dstack(
        [
            c_rr * cov_r + c_rg * cov_g + c_rb * cov_b,
            c_rg * cov_r + c_gg * cov_g + c_gb * cov_b,
            c_rb * cov_r + c_gb * cov_g + c_bb * cov_b,
        ]
    )
    slope /= determinant[:, :, None]
    offset = mean_target - (slope * mean_guide).sum(axis=2)
    lines = resized(mean(np.dstack([slope / 255, offset])), *image.shape[:2])
    alpha = lines[:, :, 3]
    for channel in range(3):
        alpha = alpha + lines[:, :, channel] * image[:, :, channel]
    return np.asarray(np.clip(alpha, 0, 1), np.float32)


def keep_main_part(alpha: NDArray[np.float32], torso: NDArray[np.float64]) -> NDArray[np.float32]:
    """Drop what does not hang together with the torso.

    Parameters
    ----------
    alpha : (H, W) float32
        0 to 1.
    torso : (N, 2) float64
        ``row, col`` of the torso's corners in order, in pixels; may lie outside the picture.

    Returns
    -------
    (H, W) float32
        Alpha of the connected part that fills most of the torso, with its soft rim.

    References
    ----------
    Source: own derivation.
    """
    solid = (alpha > 0.5).astype(np.uint8)
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(solid)
    if count < 2:
        return alpha
    inside = np.zeros_like(solid)
    cv2.fillConvexPoly(inside, cv2.convexHull(torso[:, ::-1].astype(np.int32)), 1)
    votes = np.bincount(labels[inside > 0], minlength=count)
    votes[0] = 0
    main = (
        int(votes.argmax()) if votes.any() else 1 + int(statistics[1:, cv2.CC_STAT_AREA].argmax())
    )
    kept = (labels == main).astype(np.uint8)
    rim = cv2.dilate(kept, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (15, 15)))
    return np.asarray(np.where((rim > 0) & ((solid == 0) | (kept > 0)), alpha, 0), np.float32)


def without_background(image: NDArray[np.uint8], alpha: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Give soft edges the colour of the foreground alone, so that no halo comes along.

    Near each soft pixel the mean colours of clear foreground and clear background are taken, first
    in a wide window, then in a narrow one where that has seen enough of both. What a mixture of the
    two cannot explain goes to the foreground in proportion to alpha.

    Parameters
    ----------
    image : (H, W, 3) uint8
        sRGB.
    alpha : (H, W) float32
        0 to 1.

    Returns
    -------
    (H, W, 4) uint8
        sRGB with straight alpha. Where alpha is 1 the picture is unchanged to the bit; where it
        is 0 all channels are 0.

    References
    ----------
    .. [1] M. Forte, "Approximate Fast Foreground Colour Estimation", ICIP 2021: the idea of two
       blurs. Weights, reduced size and limits: own derivation.
    """
    opacity = np.rint(alpha * 255).astype(np.uint8)
    rgba = np.dstack([image, opacity])
    rgba[opacity == 0] = 0
    soft = np.nonzero((opacity > 0) & (opacity < 255))
    if not len(soft[0]):
        return rgba
    # Means are smooth: a quarter of the pixels is enough to find them.
    size = (max(1, alpha.shape[0] // 2), max(1, alpha.shape[1] // 2))
    colours = resized(image, *size).astype(np.float32)
    shares = resized(alpha, *size)
    at = (
        np.minimum(soft[0] * size[0] // alpha.shape[0], size[0] - 1),
        np.minimum(soft[1] * size[1] // alpha.shape[1], size[1] - 1),
    )
    foreground = _mean_colour(colours, shares, at)
    background = _mean_colour(colours, 1 - shares, at)
    weight = alpha[soft][:, None]
    unexplained = image[soft] - weight * foreground - (1 - weight) * background
    rgba[soft[0], soft[1], :3] = np.rint(np.clip(foreground + weight * unexplained, 0, 255))
    return rgba


def _mean_colour(
    colours: NDArray[np.float32],
    shares: NDArray[np.float32],
    at: tuple[NDArray[np.intp], NDArray[np.intp]],
) -> NDArray[np.float32]:
    """Give the mean colour around some pixels, of those pixels that clearly belong."""
    # The fourth power lets one clear pixel outweigh many mixed ones.
    clear = (shares**4)[:, :, None]
    weighted = np.dstack([colours * clear, clear])
    wide = cv2.blur(weighted, (31, 31))[at]
    narrow = cv2.blur(weighted, (5, 5))[at]
    # One clear pixel in the narrow window counts as much as the whole wide one.
    total = narrow + wide * 0.04 + 1e-6
    return np.asarray(total[:, :3] / total[:, 3:], np.float32)
