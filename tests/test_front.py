"""The front's own JavaScript stays small: it is loaded before anybody sees a piece worn."""

import gzip
import re
from pathlib import Path

from web.templating import STATIC

BYTES_MAX = 20_000  # of all our modules that pages load, compressed one by one, as they are sent
WORKER_BYTES_MAX = 34_000  # of what comes with 18 MB of networks, at the first photograph
WORKER = STATIC / "js" / "terminal" / "extraction-worker.js"


def imported_by(script: Path) -> set[Path]:
    """Return a module with all it imports, and what these import."""
    found, left = set[Path](), [script]
    while left:
        path = left.pop()
        if path not in found:
            found.add(path)
            names = re.findall(r'from "(\./[^"]+)"', path.read_text(encoding="utf-8"))
            left.extend(path.parent / name for name in names)
    return found


def sizes(scripts: set[Path]) -> dict[str, int]:
    return {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in sorted(scripts)}


def test_all_our_scripts_together_are_small() -> None:
    scripts = set(STATIC.rglob("*.js")) - imported_by(WORKER)
    assert len(scripts) >= 8
    assert sum(sizes(scripts).values()) <= BYTES_MAX, sizes(scripts)


def test_what_cuts_out_on_the_terminal_is_loaded_with_the_networks_and_small_beside_them() -> None:
    scripts = imported_by(WORKER)
    assert len(scripts) >= 8
    assert sum(sizes(scripts).values()) <= WORKER_BYTES_MAX, sizes(scripts)
