"""The front's own JavaScript stays small: it is loaded before anybody sees a piece worn."""

import gzip

from web.templating import STATIC

BYTES_MAX = 20_000  # of all our modules together, compressed one by one, as they are sent


def test_all_our_scripts_together_are_small() -> None:
    scripts = sorted(STATIC.rglob("*.js"))
    assert len(scripts) >= 8
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in scripts}
    assert sum(sizes.values()) <= BYTES_MAX, sizes
