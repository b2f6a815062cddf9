import numpy as np

from imaging.blending import contact_shadow, darken, lay_over, premultiply
from imaging.warping import Box

BOX = Box(top=4, left=6, bottom=20, right=30)


def _picture() -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (32, 40, 4), np.uint8)


def test_a_transparent_layer_changes_no_byte() -> None:
    picture = _picture()

    lay_over(picture, np.zeros((16, 24, 4), np.uint8), BOX)

    np.testing.assert_array_equal(picture, _picture())


def test_an_opaque_layer_replaces_its_box_and_nothing_else() -> None:
    picture = _picture()

    lay_over(picture, np.full((16, 24, 4), (10, 20, 30, 255), np.uint8), BOX)

    expected = _picture()
    expected[BOX.window()] = (10, 20, 30, 255)
    np.testing.assert_array_equal(picture, expected)


def test_half_a_layer_over_something_solid_is_the_mean_of_both() -> None:
    picture = np.full((32, 40, 4), (200, 100, 0, 255), np.uint8)

    lay_over(picture, np.full((16, 24, 4), (0, 50, 100, 128), np.uint8), BOX)

    assert np.abs(picture[10, 10].astype(int) - (100, 100, 100, 255)).max() <= 1


def test_a_layer_over_nothing_keeps_its_own_colour() -> None:
    picture = np.zeros((32, 40, 4), np.uint8)
    straight = np.full((16, 24, 4), (200, 120, 40, 100), np.uint8)

    lay_over(picture, premultiply(straight), BOX)

    assert np.abs(picture[BOX.window()].astype(int) - straight).max() <= 2


def test_a_layer_only_touches_pixels_it_covers() -> None:
    picture = _picture()
    layer = np.zeros((16, 24, 4), np.uint8)
    layer[0, 0] = layer[-1, -1] = (9, 9, 9, 200)

    lay_over(picture, layer, BOX)

    changed = (picture != _picture()).any(axis=2)
    assert np.argwhere(changed).tolist() == [[4, 6], [19, 29]]


def test_an_empty_box_is_left_alone() -> None:
    picture = _picture()
    nowhere = Box(top=5, left=5, bottom=5, right=9)

    lay_over(picture, np.zeros((0, 4, 4), np.uint8), nowhere)
    darken(picture, np.zeros((0, 4), np.uint8), nowhere)

    np.testing.assert_array_equal(picture, _picture())


def test_a_shadow_darkens_colour_and_leaves_alpha() -> None:
    picture = np.full((32, 40, 4), (200, 100, 50, 180), np.uint8)
    shadow = np.zeros((16, 24), np.uint8)
    shadow[2, 2] = 128

    darken(picture, shadow, BOX)

    np.testing.assert_array_equal(picture[6, 8], (100, 50, 25, 180))
    assert (picture != (200, 100, 50, 180)).any(axis=2).sum() == 1


def test_a_contact_shadow_lies_beside_the_garment_and_ends_soon() -> None:
    alpha = np.zeros((200, 200), np.uint8)
    alpha[80:120, 80:120] = 255

    shadow = contact_shadow(alpha, reach_px=8)

    assert shadow[123, 100] > 10
    assert shadow[100, 100] == 0
    assert not shadow[150:].any()
    assert shadow[123, 100] > shadow[77, 100]


def _every_pair_of_bytes() -> tuple[np.ndarray, np.ndarray]:
    first, second = np.meshgrid(np.arange(256), np.arange(256))
    return first.astype(np.uint8), second.astype(np.uint8)


def test_premultiplied_colours_are_rounded_to_the_nearest() -> None:
    colour, alpha = _every_pair_of_bytes()

    found = premultiply(np.dstack([colour, colour, colour, alpha]))

    exact = (colour.astype(int) * alpha + 127) // 255
    np.testing.assert_array_equal(found, np.dstack([exact, exact, exact, alpha]))


def test_darkened_colours_are_rounded_to_the_nearest() -> None:
    colour, shadow = _every_pair_of_bytes()
    picture = np.dstack([colour, colour, colour, np.full_like(colour, 7)])

    darken(picture, shadow, Box(top=0, left=0, bottom=256, right=256))

    exact = (colour.astype(int) * (255 - shadow.astype(int)) + 127) // 255
    np.testing.assert_array_equal(picture[..., 0], exact)
    assert (picture[..., 3] == 7).all()


def test_every_alpha_over_every_alpha_is_what_porter_and_duff_say() -> None:
    below, above = _every_pair_of_bytes()
    picture = np.dstack([np.full_like(below, value) for value in (200, 100, 0)] + [below])
    straight = np.dstack([np.full_like(above, value) for value in (10, 90, 250)] + [above])
    layer, under = premultiply(straight), picture.astype(np.float64)

    lay_over(picture, layer, Box(top=0, left=0, bottom=256, right=256))

    shares = above / 255.0
    left = (1 - shares) * below
    alpha = left + above
    safe = np.maximum(alpha, 1)[..., None]
    colour = (layer[..., :3] * 255.0 + under[..., :3] * left[..., None]) / safe
    seen = above > 0
    np.testing.assert_allclose(picture[seen][:, :3], np.minimum(colour, 255)[seen], atol=0.51)
    np.testing.assert_allclose(picture[seen][:, 3], alpha[seen], atol=0.51)
