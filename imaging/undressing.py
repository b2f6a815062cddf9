"""Worn clothes that chosen garments replace: painted as skin on the limbs, cleared beside them."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.anatomy import (
    Limb,
    feet,
    limb_area,
    limb_coordinates,
    limbs_of,
    trunk,
    widened,
    zone_rows,
)
from imaging.body import Person
from imaging.clearing import remnants
from imaging.complexion import is_skin_hue
from imaging.measuring import Body
from imaging.own_legs import bare_ankles, thighs
from imaging.skin import Surface

Mask: TypeAlias = NDArray[np.uint8]

ZONES = ("upper", "lower", "feet")

BARE_SHARE = 0.62
"""Share of skin colour from which a limb counts as bare and is left alone."""

HEM = 0.15
"""How far a hem or a rolled sleeve reaches over a bare limb, per shoulder distance."""

LIKE_PX = 31
"""Width of the place whose share of like pixels decides."""

TONE_LEVELS = 40
"""How far skin that colours a painted limb may be from the tone, in levels of any channel."""

SIMILAR_LEVELS, HUE_LEVELS = 8, 16
"""Bins of lightness and of each hue axis in which cloth beside the body is compared with it."""


def replaced_zones(types: AbstractSet[str]) -> frozenset[str]:
    """Zones of the body whose worn clothes garments of these types replace.

    Parameters
    ----------
    types : set of str
        Of ``GARMENT_TYPES``.

    Returns
    -------
    frozenset of str
        Outerwear is worn over what is there and replaces nothing.
    """
    zones: set[str] = set()
    if types & {"t-shirt", "longsleeve", "shirt", "knitwear", "top", "dress"}:
        zones.add("upper")
    if types & {"trousers", "shorts", "skirt", "dress"}:
        zones.add("lower")
    if "shoes" in types:
        zones.add("feet")
    return frozenset(zones)


def undress(
    person: Person, body: Body, surface: Surface, *, zones: AbstractSet[str]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Take the worn clothes of some zones away.

    Parameters
    ----------
    person : Person
        In the body frame.
    body : Body
        Measures of the person.
    surface : Surface
        What the person's pixels are.
    zones : set of str
        Of ``ZONES``.

    Returns
    -------
    rgba : (H, W, 4) uint8
        The person; unchanged outside the worn clothes of these zones.
    changed : (H, W) bool
        Where it differs.

    References
    ----------
    Source: own derivation.
    """
    rgba = person.rgba.copy()
    solid = rgba[..., 3] > 0
    if not zones:
        return rgba, np.zeros(solid.shape, bool)
    bare = np.maximum(surface.skin, surface.head)
    bare = cv2.morphologyEx(bare, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    cloth = solid & (bare < 110)
    tones = _spread(rgba, surface)
    gone = np.zeros(solid.shape, np.uint8)
    painted = np.zeros(solid.shape, bool)
    for zone in sorted(zones - {"feet"}):
        rows = zone_rows(body, zone)
        inside = np.zeros(solid.shape, bool)
        inside[rows] = True
        every = _limbs(person.rgba, body, zone, cloth, tones)
        bare_limbs, limbs = _bare_and_covered(surface, body, every, solid & inside)
        if not limbs:
            continue
        core = np.zeros(solid.shape, bool)
        for limb in limbs:
            window, _, _, distance = limb_coordinates(body, limb)
            core[window] |= distance <= 1
        # A neck lies in the shade of its chin, and is its own nevertheless.
        neck = limbs_of(body, "upper")[:1] if zone == "upper" else []
        own = _own(person.rgba, body, bare_limbs + neck, core)
        worn = cloth & inside & ~own
        if zone == "lower":
            worn |= _over_the_shoes(person.rgba, body, cloth, worn & core)
        on_body = worn & core
        beside = _like(person.rgba, on_body, worn & ~core)
        if zone == "upper":  # collars and hoods behind the neck, whatever their colour
            above = np.zeros(solid.shape, bool)
            above[: int(body.middle("shoulder")[0])] = True
            beside |= worn & ~core & above
        # Skin-coloured specks in cleared cloth are cloth; hands and hair are not.
        filled = cv2.morphologyEx(
            beside.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8)
        )
        flesh = core | own | (surface.head > 0) | (surface.forearms > 0)
        beside |= (filled > 0) & solid & inside & ~flesh
        gone[beside | _rim(worn & ~core & ~beside, beside | on_body)] = 255
        # The trunk keeps what it wears: chosen clothes cover it, and nobody is shown undressed.
        shown = on_body & ~trunk(body)
        _paint(rgba, body, tones, limbs, shown)
        painted |= shown
    if "feet" in zones:
        ankles, barefoot, socks = bare_ankles(body, cloth)
        _paint(rgba, body, tones, ankles, barefoot)
        painted |= barefoot
        # Also bare feet go: they stick out of a narrower shoe, and float between straps.
        kept = np.logical_or.reduce([limb_area(body, limb) for limb in ankles])
        gone[(feet(body) & solid & ~kept) | socks] = 255
    soft = np.maximum(gone, cv2.GaussianBlur(gone, (0, 0), 1.0))
    soft[(((surface.skin > 150) | (surface.head > 0)) & (gone == 0)) | painted] = 0
    alpha = rgba[..., 3].astype(np.uint16)
    rgba[..., 3] = ((alpha * (255 - soft) + 127) // 255).astype(np.uint8)
    left_over = remnants(person.rgba[..., 3], rgba[..., 3], body, surface, zones=zones)
    rgba[..., 3][left_over] = 0
    return rgba, painted | (soft > 0) | left_over


def _limbs(
    rgba: NDArray[np.uint8],
    body: Body,
    zone: str,
    cloth: NDArray[np.bool_],
    tones: NDArray[np.float32],
) -> list[Limb]:
    """Take the limbs of a zone, thighs as the own leg goes on below; their tone goes into tones."""
    limbs = limbs_of(body, zone)
    if zone == "lower":
        between = limb_area(body, limbs[0])
        for thigh in thighs(body, tuple(limbs), rgba, cloth):
            for index, limb in zip(thigh.instead_of, thigh.limbs, strict=True):
                limbs[index] = limb
                tones[limb_area(body, limb) | between] = thigh.colour
    return limbs


def _bare_and_covered(
    surface: Surface, body: Body, limbs: Sequence[Limb], seen: NDArray[np.bool_]
) -> tuple[list[Limb], list[Limb]]:
    """Tell the limbs of a zone that show skin from those that wear something."""
    bare: list[Limb] = []
    covered: list[Limb] = []
    for limb in limbs:
        share = _share(surface.skin, limb_area(body, limb) & seen)
        (covered if share < BARE_SHARE else bare).append(limb)
    return bare, covered


def _own(
    rgba: NDArray[np.uint8], body: Body, bare: list[Limb], core: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Find what of bare limbs is no cloth: reddish knees, and socks far from what is replaced."""
    own = np.zeros(core.shape, bool)
    for limb in bare:
        own |= limb_area(body, widened(limb, HEM * body.unit / 3))
    if not own.any():
        return own
    side = 2 * round(HEM * body.unit) + 1
    far = cv2.dilate(core.astype(np.uint8), np.ones((side, side), np.uint8)) == 0
    lab = cv2.cvtColor(np.ascontiguousarray(rgba[own][None, :, :3]), cv2.COLOR_RGB2LAB)[0]
    own[own] = is_skin_hue(lab) | far[own]
    return own


def _share(mask: Mask, area: NDArray[np.bool_]) -> float:
    total = int(area.sum())
    return float((mask[area] > 127).sum()) / total if total else 1.0


def _over_the_shoes(
    rgba: NDArray[np.uint8],
    body: Body,
    cloth: NDArray[np.bool_],
    known: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Hems that hang over the shoes, unless shoes of the same colour cannot be told from them."""
    start = zone_rows(body, "lower").stop
    band = np.zeros(cloth.shape, bool)
    band[start : start + round(0.14 * body.unit)] = True
    hems = _like(rgba, known, cloth & band)
    below = np.zeros(cloth.shape, bool)
    below[start + round(0.14 * body.unit) :] = True
    shoes = cloth & below
    alike = _like(rgba, known, shoes | hems) & shoes
    if float(alike.sum()) > 0.4 * float(shoes.sum()):
        return np.zeros(cloth.shape, bool)
    return hems


def _like(
    rgba: NDArray[np.uint8], known: NDArray[np.bool_], asked: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which of the asked pixels have a colour of the known cloth; a bag beside it has not."""
    found = np.zeros(known.shape, bool)
    if not known.any() or not asked.any():
        return found
    either = known | asked
    rows, cols = np.flatnonzero(either.any(axis=1)), np.flatnonzero(either.any(axis=0))
    window = (
        slice(max(0, int(rows[0]) - LIKE_PX), int(rows[-1]) + LIKE_PX + 1),
        slice(max(0, int(cols[0]) - LIKE_PX), int(cols[-1]) + LIKE_PX + 1),
    )
    found[window] = _alike(rgba[window], known[window], asked[window])
    return found


def _alike(
    rgba: NDArray[np.uint8], known: NDArray[np.bool_], asked: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    lab = cv2.cvtColor(np.ascontiguousarray(rgba[..., :3]), cv2.COLOR_RGB2LAB).astype(np.int32)
    levels, hues = SIMILAR_LEVELS, HUE_LEVELS
    steps = np.clip(lab - (0, 64, 64), 0, (255, 127, 127)) // (256 // levels, *(128 // hues,) * 2)
    bins = steps @ (hues * hues, hues, 1)
    counts = np.bincount(bins[known], minlength=levels * hues * hues)
    # Folds make the same cloth lighter and darker, so neighbouring lightness counts as common.
    often = (counts > 0.003 * float(known.sum())).astype(np.uint8).reshape(levels, -1)
    common = np.asarray(cv2.dilate(often, np.ones((3, 1), np.uint8)), np.uint8).ravel()
    found = np.asarray(common[bins] * 255, np.uint8)
    # A bag is kept or goes as a whole: places are judged by the share of like pixels round them.
    window = (LIKE_PX, LIKE_PX)
    alike = cv2.blur(np.where(asked, found, 0).astype(np.float32) / 255, window)
    share = alike / np.maximum(cv2.blur(asked.astype(np.float32), window), 1e-3)
    near = (asked & (share > 0.6)).astype(np.uint8)
    labels = np.asarray(cv2.connectedComponents(near)[1], np.int32)
    edge = cv2.dilate(known.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    joined = np.zeros(int(labels.max()) + 1, bool)
    joined[np.unique(labels[edge])] = True
    joined[0] = False
    return np.asarray(joined[labels])


def _rim(left: NDArray[np.bool_], gone: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Find what is left of cleared cloth as a thin line: its edge mixed with the background."""
    thick = cv2.morphologyEx(left.astype(np.uint8), cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    near = cv2.dilate(gone.astype(np.uint8), np.ones((31, 31), np.uint8))
    return np.asarray(left & (thick == 0) & (near > 0))


def _paint(
    rgba: NDArray[np.uint8],
    body: Body,
    tones: NDArray[np.float32],
    limbs: list[Limb],
    where: NDArray[np.bool_],
) -> None:
    """Paint limbs in this person's skin, rounded, with the light from the upper left."""
    nearest = np.full(where.shape, 9.0, np.float32)
    rounded = np.zeros(where.shape, np.float32)
    for limb in limbs:
        window, _, offset, distance = limb_coordinates(body, limb)
        closer = (distance < nearest[window]) & where[window]
        np.copyto(nearest[window], distance, where=closer)
        np.copyto(rounded[window], offset, where=closer)
    own = nearest <= 1
    offset = rounded[own]
    light = 1.03 - 0.20 * offset**2 - 0.05 * offset
    tone = tones[own]
    rgba[..., :3][own] = np.clip(tone * light[:, None], 0, 255).astype(np.uint8)


def _spread(rgba: NDArray[np.uint8], surface: Surface) -> NDArray[np.float32]:
    """Skin colour carried from where it shows to where cloth hides it, so that no seam is seen."""
    height, width = surface.skin.shape
    size = (width // 4, height // 4)
    sure = cv2.erode(np.where(surface.skin > 220, np.uint8(255), np.uint8(0)), np.ones((7, 7)))
    sure[surface.head > 0] = 0  # a beard or a shadowed cheek is no arm
    sure[np.abs(rgba[..., :3] - surface.tone).max(axis=2) > TONE_LEVELS] = 0
    weight = np.asarray(cv2.resize(sure, size, interpolation=cv2.INTER_AREA) / 255, np.float32)
    colour = cv2.resize(rgba[..., :3], size, interpolation=cv2.INTER_AREA).astype(np.float32)
    kernel = (max(3, width // 40) | 1,) * 2
    total = weight
    sums = np.asarray(colour * weight[..., None], np.float32)
    for _ in range(3):
        total = np.asarray(cv2.blur(total, kernel), np.float32)
        sums = np.asarray(cv2.blur(sums, kernel), np.float32)
    few = np.float32(0.01)
    field = (sums + surface.tone.astype(np.float32) * few) / (total + few)[..., None]
    return np.asarray(cv2.resize(field, (width, height)), np.float32)
