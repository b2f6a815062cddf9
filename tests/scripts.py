"""What browsers load of our scripts and style sheets, and what it weighs on its way."""

import gzip
import re
from collections.abc import Iterable
from pathlib import Path

from web.static_files import content_of


def loaded_by(script: Path) -> set[Path]:
    """Return a module with all it imports at once, and what these import."""
    found, left = set[Path](), [script]
    while left:
        path = left.pop()
        if path not in found:
            found.add(path)
            names = re.findall(r'from ?"(\.[^"]+)"', content_of(path).decode())
            left.extend((path.parent / name).resolve() for name in names)
    return found


LIVE_BYTES_MAX = {
    "ahead.js": 1_200,  # comes with the first commodity that is reached for
    "hands.js": 34_000,  # comes with the first hand on a piece, with what draws a look
}


def sizes(files: Iterable[Path]) -> dict[str, int]:
    """Return how many bytes each file has, compressed one by one, as they are sent."""
    return {path.name: len(gzip.compress(content_of(path), 9)) for path in sorted(files)}
