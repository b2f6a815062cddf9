"""Correcting a cut-out with a brush: another alpha, and colours for what it brings back."""

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.decoding import ImageRefused

VISIBLE = 8
"""Alpha from which a pixel of a cut-out has a colour of its own."""

LEFT_SHARE_MIN = 0.001
"""Share of the picture that must be left: less is a slip of the brush, not a thing."""


def ground_of(rgba: NDArray[np.uint8], photo: NDArray[np.uint8] | None = None) -> NDArray[np.uint8]:
    """Give every pixel of a cut-out a colour: what a brush may bring back.

    Parameters
    ----------
    rgba : (H, W, 4) uint8
        The cut-out, sRGB with straight alpha.
    photo : (H, W, 3) uint8, optional
        What it was cut out of, sRGB. Without it, what has no colour has that of the nearest
        pixel that has one. What was visible once, and was erased, has its colour still.

    Returns
    -------
    (H, W, 3) uint8
        sRGB.

    Raises
    ------
    ValueError
        If the photo is of another size.

    References
    ----------
    Source: own derivation.
    """
    colourless = np.asarray((rgba[..., 3] < VISIBLE) & ~rgba[..., :3].any(axis=2))
    if photo is None:
        return _spread(rgba[..., :3], colourless)
    if photo.shape[:2] != rgba.shape[:2]:
        raise ValueError(f"a photo of {photo.shape[:2]} is none of a cut-out of {rgba.shape[:2]}")
    return np.where(colourless[..., None], photo[..., :3], rgba[..., :3])


def _spread(colours: NDArray[np.uint8], colourless: NDArray[np.bool_]) -> NDArray[np.uint8]:
    if colourless.all() or not colourless.any():
        return np.ascontiguousarray(colours)
    _, labels = cv2.distanceTransformWithLabels(
        colourless.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    nearest = np.asarray(labels, np.intp)
    # Each pixel with a colour has a label of its own, and each other one that of the nearest.
    by_label = np.zeros((int(nearest.max()) + 1, 3), np.uint8)
    by_label[nearest[~colourless]] = colours[~colourless]
    return np.asarray(by_label[nearest])


def corrected(
    rgba: NDArray[np.uint8], alpha: NDArray[np.uint8], *, photo: NDArray[np.uint8] | None = None
) -> NDArray[np.uint8]:
    """Give a cut-out another alpha.

    Parameters
    ----------
    rgba : (H, W, 4) uint8
        The cut-out, sRGB with straight alpha.
    alpha : (H, W) uint8
        As it was brushed.
    photo : (H, W, 3) uint8, optional
        What the cut-out was cut out of; its colours come back where they are painted back.

    Returns
    -------
    (H, W, 4) uint8
        sRGB with straight alpha. What was visible before keeps its colours, bit for bit, also
        where it is erased; with the alpha it had, nothing changes at all.

    Raises
    ------
    ImageRefused
        With the reason ``mask-does-not-fit`` when the alpha is of another size, and
        ``nothing-left`` when it hides everything.

    References
    ----------
    Source: own derivation.
    """
    if alpha.shape != rgba.shape[:2]:
        rows, cols = rgba.shape[:2]
        raise ImageRefused(
            "mask-does-not-fit",
            f"This outline is of another size than the picture. Send one that is {cols} pixels "
            f"wide and {rows} high.",
        )
    if float((alpha > 127).mean()) < LEFT_SHARE_MIN:
        raise ImageRefused(
            "nothing-left", "Nothing would be left of the picture. Paint some of it back."
        )
    revealed = np.asarray((rgba[..., 3] < VISIBLE) & (alpha >= VISIBLE))
    colours = np.where(revealed[..., None], ground_of(rgba, photo), rgba[..., :3])
    return np.dstack([colours, alpha])


def alpha_of(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return what a brushed picture says of the outline.

    Parameters
    ----------
    picture : (H, W, 3) or (H, W, 4) uint8
        As decoded: three channels when nothing is transparent.

    Returns
    -------
    (H, W) uint8
        Alpha.
    """
    if picture.shape[2] == 3:
        return np.full(picture.shape[:2], 255, np.uint8)
    return np.ascontiguousarray(picture[..., 3])
