"""Where each landmark of a garment belongs on a body."""

from collections.abc import Callable, Iterator

from imaging.cutting import Part
from imaging.fitting_accessories import bag, glasses, hat, scarf, shoes
from imaging.fitting_bottoms import legs, skirt
from imaging.fitting_tops import upper
from imaging.garment import LEG_TYPES, UPPER_TYPES
from imaging.measuring import Body
from imaging.tailoring import Cloth


def fit(cloth: Cloth, body: Body) -> tuple[Part, ...]:
    """Place a garment on a body.

    Parameters
    ----------
    cloth : Cloth
        The garment, taken apart.
    body : Body
        Who wears it.

    Returns
    -------
    tuple of Part
        In drawing order; empty when the landmarks needed are missing.

    References
    ----------
    Source: own derivation.
    """
    fitters: dict[str, Callable[[Cloth, Body], Iterator[Part]]] = {
        "skirt": skirt,
        "shoes": shoes,
        "hat": hat,
        "bag": bag,
        "scarf": scarf,
        "glasses": glasses,
    }
    fitters |= dict.fromkeys((*UPPER_TYPES, "dress"), upper)
    fitters |= dict.fromkeys(LEG_TYPES, legs)
    try:
        return tuple(fitters[cloth.type](cloth, body))
    except KeyError:
        return ()
