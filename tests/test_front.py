"""The front's own JavaScript stays small: it is loaded before anybody sees a piece worn."""

import re
from pathlib import Path

import pytest

from tests.scripts import loaded_by, sizes
from web.static_files import STATIC, content_of

BYTES_MAX = 20_000  # of all modules of the shop together, compressed one by one, as they are sent
TERMINAL = STATIC / "js" / "terminal"
TERMINAL_BYTES_MAX = {
    "program.js": 10_000,  # what the page loads to open, with the modules it shares with the shop
    "screen.js": 12_500,  # comes when the vault is opened
    "dressing.js": 22_500,  # comes with the first look
    "extraction-worker.js": 27_000,  # comes with 18 MB of networks, at the first photograph
}
STYLES_BYTES_MAX = {
    ("boutique", "coordination"): 8_000,  # the coordination screen
    ("boutique", "door", "terminal"): 5_200,  # a terminal until it is unlocked
    ("boutique", "door", "terminal", "coordination"): 9_000,  # and then, without its dialogs
}
LIVE_BYTES_MAX = {
    "ahead.js": 1_200,  # comes with the first commodity that is reached for
    "hands.js": 34_000,  # comes with the first hand on a piece, with what draws a look
}


def test_all_scripts_of_the_shop_together_are_small() -> None:
    scripts = set((STATIC / "js").glob("*.js"))
    assert len(scripts) >= 8
    assert sum(sizes(scripts).values()) <= BYTES_MAX, sizes(scripts)


@pytest.mark.parametrize("name", TERMINAL_BYTES_MAX)
def test_what_a_terminal_keeps_is_small(name: str) -> None:
    scripts = loaded_by(TERMINAL / name)
    assert len(scripts) > 4
    assert sum(sizes(scripts).values()) <= TERMINAL_BYTES_MAX[name], sizes(scripts)


@pytest.mark.parametrize("names", STYLES_BYTES_MAX, ids="-".join)
def test_the_style_of_a_screen_is_small(names: tuple[str, ...]) -> None:
    styles = {STATIC / "css" / f"{name}.css" for name in names}
    assert sum(sizes(styles).values()) <= STYLES_BYTES_MAX[names], sizes(styles)


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.js")), ids=lambda path: path.stem)
def test_what_is_sent_says_what_is_written(path: Path) -> None:
    """Texts and shaders hold their spaces; only comments and what stands between words goes."""
    written, sent = path.read_text(encoding="utf-8"), content_of(path).decode()
    texts = re.findall(r"`[^`]*`", sent)
    assert [text for text in texts if text not in written] == []
    assert len(sent) < len(written)


@pytest.mark.parametrize("name", LIVE_BYTES_MAX)
def test_what_comes_with_a_hand_is_small(name: str) -> None:
    scripts = loaded_by(STATIC / "js" / "live" / name)
    assert sum(sizes(scripts).values()) <= LIVE_BYTES_MAX[name], sizes(scripts)


def test_nothing_of_it_comes_before() -> None:
    scripts = loaded_by(STATIC / "js" / "coordination.js")
    names = {path.relative_to(STATIC / "js").parts[0] for path in scripts}
    assert names.isdisjoint({"live", "terminal"})
