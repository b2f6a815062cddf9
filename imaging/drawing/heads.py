"""How heads are modelled: an abstract one for the shop, and one with a face for photographs."""

from imaging.drawing.builds import Build
from imaging.drawing.clay import Clay
from imaging.drawing.limbs import SIDES


def model_head(build: Build) -> Clay:
    """Model an egg of a head; brow and nose are no more than a change of plane.

    Parameters
    ----------
    build : Build
        The measures.

    Returns
    -------
    Clay
        The head without neck.

    References
    ----------
    Source: own derivation.
    """
    head = Clay(build.sway)
    half, jaw = build.head, build.jaw
    head.ellipsoid((0, 0.0560, -0.004), (half, 0.0560, 0.0580), 0.012)
    head.loft(
        (
            (0.040, 0, 0.72 * half, -0.004, 0.040, 0.040),
            (0.060, 0, 0.94 * half, -0.003, 0.052, 0.050),
            (0.080, 0, 0.89 * half, 0.000, 0.053, 0.046),
            (0.097, 0, 1.00 * jaw, 0.004, 0.049, 0.038),
            (0.110, 0, 0.76 * jaw, 0.010, 0.039, 0.028),
            (0.118, 0, 0.46 * jaw, 0.014, 0.026, 0.018),
            (0.121, 0, 0.26 * jaw, 0.016, 0.016, 0.012),
        ),
        0.012,
        smoothing=0.006,
    )
    head.ellipsoid((0, 0.1130, 0.0230), (0.54 * jaw, 0.0150, 0.0230), 0.016)
    head.relief((0, 0.0760), (0.0060, 0.0130), 0.0036)
    for _, side in SIDES:
        head.relief((side * 0.0190, 0.0720), (0.0130, 0.0100), -0.0026)
    return head


def model_portrait(build: Build) -> tuple[Clay, Clay]:
    """Model a head with a face and hair, by which networks tell which way a person looks.

    Parameters
    ----------
    build : Build
        The measures.

    Returns
    -------
    tuple of Clay
        Head and hair.

    References
    ----------
    Source: own derivation.
    """
    head = model_head(build)
    head.relief((0, 0.0850), (0.0060, 0.0062), 0.0062)
    head.relief((0, 0.1035), (0.0085, 0.0044), 0.0034)
    head.relief((0, 0.1033), (0.0085, 0.0015), -0.0022)
    head.relief((0, 0.0560), (0.0240, 0.0050), 0.0012)
    for _, side in SIDES:
        head.relief((side * 0.0175, 0.0655), (0.0090, 0.0058), -0.0042)
        head.relief((side * 0.0175, 0.0675), (0.0060, 0.0030), 0.0016)
        head.relief((side * 0.0270, 0.0800), (0.0090, 0.0065), 0.0022, turn=side * -0.5)
        head.ellipsoid((side * build.head, 0.0730, -0.004), (0.0036, 0.0125, 0.0080), 0.006)
    hair = Clay(build.sway)
    hair.coat(head, 0.0034, (0, 0.0880, 0.075), (0.0610, 0.0640, 0.098))
    hair.ellipsoid((0, 0.1340, 0.000), (0.0900, 0.0620, 0.070), -0.010)
    return head, hair
