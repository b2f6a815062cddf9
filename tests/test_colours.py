import numpy as np

from imaging.colours import oklab


def test_oklab_of_primaries_is_as_published() -> None:
    primaries = np.array([[255, 255, 255], [255, 0, 0], [0, 0, 255]], np.uint8)

    expected = [[1.0, 0.0, 0.0], [0.628, 0.2249, 0.1258], [0.452, -0.0325, -0.3115]]
    np.testing.assert_allclose(oklab(primaries), expected, atol=2e-3)
