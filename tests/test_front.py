"""The front's own JavaScript stays small: it is loaded before anybody sees a piece worn."""

import gzip
import re
from pathlib import Path

from web.templating import STATIC

BYTES_MAX = 20_000  # of all modules of the shop together, compressed one by one, as they are sent
TERMINAL_BYTES_MAX = 32_000  # of what the program's page loads, once, and keeps
WORKER_BYTES_MAX = 34_000  # of what comes with 18 MB of networks, at the first photograph
TERMINAL = STATIC / "js" / "terminal"


def sizes(scripts: set[Path]) -> dict[str, int]:
    return {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in sorted(scripts)}


def loaded_by(script: Path) -> set[Path]:
    """Return a module with everything it imports before it runs."""
    found, left = set[Path](), [script]
    while left:
        path = left.pop()
        if path not in found:
            found.add(path)
            names = re.findall(r'^import .*"(\.[^"]+)";$', path.read_text("utf-8"), re.MULTILINE)
            left.extend((path.parent / name).resolve() for name in names)
    return found


def test_all_scripts_of_the_shop_together_are_small() -> None:
    scripts = set((STATIC / "js").glob("*.js"))
    assert len(scripts) >= 8
    assert sum(sizes(scripts).values()) <= BYTES_MAX, sizes(scripts)


def test_what_the_coordination_program_loads_first_is_small() -> None:
    scripts = loaded_by(TERMINAL / "program.js") | loaded_by(STATIC / "js" / "boutique.js")
    scripts |= {TERMINAL / "service-worker.js"}
    assert len(scripts) >= 12
    assert sum(sizes(scripts).values()) <= TERMINAL_BYTES_MAX, sizes(scripts)


def test_what_cuts_out_on_the_terminal_is_loaded_with_the_networks_and_small_beside_them() -> None:
    scripts = loaded_by(TERMINAL / "extraction-worker.js")
    assert len(scripts) >= 8
    assert sum(sizes(scripts).values()) <= WORKER_BYTES_MAX, sizes(scripts)
