"""Legs beside replaced clothes: where socks and shorts end, and how wide the own leg is there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imaging.anatomy import Limb, feet, limb_area, limb_coordinates
from imaging.measuring import ANKLE, KNEE, SIDES, Body, along

STATIONS = 24
"""Places between ankle and knee where a sock may end, or between knee and hip a hem."""

COVERED = 0.4
"""Share of cloth across the middle of a leg from which it is covered there."""

BELOW_HEM = 0.06
"""How far below a hem its shade ends, per length of the thigh."""

FEWEST = 200
"""Pixels of bare leg that tell its colour."""

MIDDLE_LIGHT = 0.97
"""Light that painted skin has on the average in the middle of a limb."""

WIDE = 1.8
"""Width of what is looked at for socks, per width of a leg."""


def bare_ankles(
    body: Body, cloth: NDArray[np.bool_]
) -> tuple[list[Limb], NDArray[np.bool_], NDArray[np.bool_]]:
    """Find what of socks and shoes becomes skin, so that another shoe has a leg in it.

    Parameters
    ----------
    body : Body
        Measures of the person.
    cloth : (H, W) bool
        What is worn, and not skin.

    Returns
    -------
    limbs : list of Limb
        The ankles, as far up as socks reach.
    painted : (H, W) bool
        What of them is covered.
    gone : (H, W) bool
        What of the socks lies beside them. Trousers, which end nowhere below the knee, stay.

    References
    ----------
    Source: own derivation.
    """
    limbs: list[Limb] = []
    painted, gone = np.zeros(cloth.shape, bool), np.zeros(cloth.shape, bool)
    below = feet(body)
    for side in SIDES:
        ankle, knee = body.joints[f"ankle_{side}"], body.joints[f"knee_{side}"]
        down = (ankle - knee) / max(float(np.linalg.norm(ankle - knee)), 1e-6)
        radius = ANKLE * 0.8 * body.unit
        low = Limb(
            start=ankle - down * 0.12 * body.unit,
            end=ankle + down * 0.14 * body.unit,
            radii=(radius, radius),
        )
        limbs.append(low)
        painted |= cloth & limb_area(body, low) & below
        share = _end_of_sock(body, side, cloth)
        if share is None:
            continue
        sock = _up_to(body, side, share, WIDE) & cloth
        top = ankle + (knee - ankle) * share
        leg = Limb(start=top, end=ankle, radii=(_half_width(body, side, share, cloth), radius))
        limbs.append(leg)
        shown = sock & (limb_area(body, leg) | limb_area(body, low))
        painted |= shown
        gone |= sock & ~shown
    return limbs, painted, gone & ~painted


@dataclass(frozen=True, kw_only=True, eq=False)
class Thigh:
    """A covered thigh above a bare knee, to be painted as the leg goes on below its hem.

    Attributes
    ----------
    limbs : tuple of Limb
        Its pieces, no wider than the own leg.
    instead_of : tuple of int
        Which of `anatomy.limbs_of` the lower zone they take the place of.
    colour : (3,) float64
        sRGB of the leg just below the hem, in the light of its middle.
    """

    limbs: tuple[Limb, ...]
    instead_of: tuple[int, ...]
    colour: NDArray[np.float64]


def thighs(
    body: Body, limbs: Sequence[Limb], rgba: NDArray[np.uint8], cloth: NDArray[np.bool_]
) -> tuple[Thigh, ...]:
    """Find thighs that are covered above a bare knee: shorts are wider than a leg.

    Parameters
    ----------
    body : Body
        Measures of the person.
    limbs : sequence of Limb
        `anatomy.limbs_of` the lower zone.
    rgba : (H, W, 4) uint8
        The person.
    cloth : (H, W) bool
        What is worn, and not skin.

    Returns
    -------
    tuple of Thigh
        Of none, one or both sides.

    References
    ----------
    Source: own derivation.
    """
    found: list[Thigh] = []
    for side, first in zip(SIDES, (1, 6), strict=True):
        hip, thigh = limbs[first], limbs[first + 1]
        hem = _hem(body, thigh, cloth)
        below = _below(body, side, hem, cloth)
        samples = rgba[below][:, :3]
        if hem == 0 or len(samples) < FEWEST:
            continue
        path = body.leg(side)
        length = float(np.linalg.norm(path[1] - path[0]))
        whole = length + float(np.linalg.norm(path[2] - path[1]))
        place, heading = along(path, min(hem + BELOW_HEM, 1.2) * length / whole)
        model = thigh.radii[0] + (thigh.radii[1] - thigh.radii[0]) * min(hem, 1.0)
        across = np.array([-heading[1], heading[0]])
        reach = [body.reach(place, way, most=1.3 * model) for way in (across, -across)]
        narrow = float(np.clip(sum(reach) / 2 / model, 0.6, 1.0))
        aside = across * (reach[0] - reach[1]) / 2
        found.append(
            Thigh(
                limbs=tuple(
                    Limb(
                        start=limb.start + aside * shift,
                        end=limb.end + aside,
                        radii=(limb.radii[0] * narrow, limb.radii[1] * narrow),
                    )
                    for limb, shift in ((hip, 0.0), (thigh, 1.0))
                ),
                instead_of=(first, first + 1),
                colour=np.median(samples, axis=0) / MIDDLE_LIGHT,
            )
        )
    return tuple(found)


def _hem(body: Body, thigh: Limb, cloth: NDArray[np.bool_]) -> float:
    """Share of the way down a thigh where cloth ends; 0 where it begins nowhere."""
    window, share, across, _ = limb_coordinates(body, thigh)
    middle = (np.abs(across) < 0.5) & body.silhouette[window]
    for station in reversed(range(STATIONS)):
        low, high = station / STATIONS, (station + 1) / STATIONS
        here = middle & (share >= low) & (share < high)
        if here.any() and float(cloth[window][here].mean()) > COVERED:
            return high
    return 0.0


def _below(body: Body, side: str, hem: float, cloth: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Skin in the middle of a leg, from a hem a little down."""
    top, knee, ankle = body.leg(side)
    start = top + (knee - top) * (hem + BELOW_HEM)
    width = KNEE * 0.5 * body.unit
    end = start + (ankle - knee) * 0.25
    area = limb_area(body, Limb(start=start, end=end, radii=(width, width)))
    return np.asarray(area & body.silhouette & ~cloth)


def _leg(body: Body, side: str, wide: float) -> Limb:
    unit = body.unit
    return Limb(
        start=body.joints[f"ankle_{side}"],
        end=body.joints[f"knee_{side}"],
        radii=(ANKLE * wide * unit, KNEE * wide * unit),
    )


def _up_to(body: Body, side: str, share: float, wide: float) -> NDArray[np.bool_]:
    """Area of a leg from below its ankle up to a share of the way to the knee."""
    area = np.zeros(body.silhouette.shape, bool)
    window, share_, _, distance = limb_coordinates(body, _leg(body, side, wide))
    area[window] = (distance <= 1) & (share_ <= share)
    return area


def _end_of_sock(body: Body, side: str, cloth: NDArray[np.bool_]) -> float | None:
    """Share of the way from ankle to knee where skin begins again; None without a sock."""
    window, share_, across, _ = limb_coordinates(body, _leg(body, side, 1.0))
    inside = (np.abs(across) < 0.5) & body.silhouette[window]
    for station in range(STATIONS):
        low, high = station / STATIONS, (station + 1) / STATIONS
        here = inside & (share_ >= low) & (share_ < high)
        if not here.any() or float(cloth[window][here].mean()) < COVERED:
            return high if station else None
    return None


def _half_width(body: Body, side: str, share: float, cloth: NDArray[np.bool_]) -> float:
    """Half the width of the bare leg just above a sock."""
    window, share_, _, distance = limb_coordinates(body, _leg(body, side, WIDE))
    here = (distance <= 1) & (share_ > share) & (share_ < share + 2 / STATIONS)
    bare = here & body.silhouette[window] & ~cloth[window]
    length = float(np.linalg.norm(body.joints[f"knee_{side}"] - body.joints[f"ankle_{side}"]))
    model = (ANKLE + (KNEE - ANKLE) * share) * body.unit
    width = float(bare.sum()) / max(2 / STATIONS * length, 1.0) / 2
    return float(np.clip(width, 0.6 * model, 1.2 * model))
