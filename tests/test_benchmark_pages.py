"""Pages of benchmarks: every figure and goal is told, charts are well-formed, all are listed."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.benchmarks._confusion import Confusion
from tests.benchmarks._drawing import Line, Lines, Pairs
from tests.benchmarks._pages import PAGES, Goal, Page
from tests.benchmarks._publishing import number, publish, written

PUBLISHED = Path(__file__).parents[1] / "docs" / "benchmarks"

lines = Lines(
    title="Appends & <more>",
    x_axis="callers",
    y_axis="per second",
    steps=("1", "32"),
    lines=(
        Line(label="ours", look="ours", points={"1": "slow", "32": "fast"}),
        Line(label="theirs", look="library", points={"32": "slow"}),
    ),
)
pairs = Pairs(
    title="Growth",
    x_axis="µs",
    first="short",
    second="long",
    rows=(("append", "slow", "fast", "times"), ("read", "slow", "slow", "times")),
)
figures = {"slow": 300.0, "fast": 12_000.0, "times": 40.0}


@pytest.mark.parametrize("chart", [lines, pairs], ids=["lines", "pairs"])
def test_a_chart_is_well_formed_and_stays_within_its_frame(chart: Lines | Pairs) -> None:
    root = ET.fromstring(chart.drawn(figures))  # noqa: S314 (our own)
    width, height = (float(root.attrib[side]) for side in ("width", "height"))
    dots = root.findall("{http://www.w3.org/2000/svg}circle")
    assert len(dots) >= 3
    for dot in dots:
        assert 0 < float(dot.attrib["cx"]) < width
        assert 0 < float(dot.attrib["cy"]) < height


def test_a_confusion_shows_every_count_once_and_no_name_without_pictures() -> None:
    counts = {"hat as hat": 5.0, "hat as bag": 2.0, "bag as bag": 3.0, "bag as hat": 0.0}
    drawn = Confusion(title="Taken for", names=("hat", "bag", "scarf")).drawn(counts)
    root = ET.fromstring(drawn)  # noqa: S314 (our own)
    words = [text.text for text in root.findall("{http://www.w3.org/2000/svg}text")]
    assert sorted(word for word in words if word in {"5", "2", "3", "0"}) == ["2", "3", "5"]
    assert {"71%", "100%"} <= set(words)
    assert "scarf" not in words


def test_more_stands_higher() -> None:
    root = ET.fromstring(lines.drawn(figures))  # noqa: S314 (our own)
    slow, fast, _ = root.findall("{http://www.w3.org/2000/svg}circle")
    assert float(fast.attrib["cy"]) < float(slow.attrib["cy"])
    assert float(fast.attrib["cx"]) > float(slow.attrib["cx"])


def test_a_page_tells_every_figure_the_machine_and_which_goals_are_reached() -> None:
    goals = {"slow": Goal(most=200), "fast": Goal(least=10_000)}
    page = Page(title="Speed", about="How fast it is.", goals=goals, chart=lines)
    text = written("speed", page, figures, {"cpu": "a small one", "load_before": 0.5})
    assert "| `slow` | 300 | ≤ 200 | no |" in text
    assert "| `fast` | 12,000 | ≥ 10000 | yes |" in text
    assert "| `fast` | 12,000 |\n" in text
    assert "| load before | 0.5 |" in text
    assert "](speed.svg)" in text


@pytest.mark.parametrize(
    ("value", "expected"), [(0.0, "0"), (1.234, "1.23"), (45.39, "45.4"), (10_053.2, "10,053")]
)
def test_a_number_has_three_digits_that_count(value: float, expected: str) -> None:
    assert number(value) == expected


def test_publishing_lists_the_page_with_its_goals(tmp_path: Path) -> None:
    results = tmp_path / "results"
    results.mkdir()
    told = dict.fromkeys(_figures("append"), 1.0)
    (results / "append.json").write_text(json.dumps({"figures": told, "host": {"cores": 2}}))
    publish(results, tmp_path / "pages", "append")
    assert (
        "| [Conditional appends](append.md) | 3 of 6 |"
        in (tmp_path / "pages" / "README.md").read_text().splitlines()
    )
    assert (tmp_path / "pages" / "append.svg").exists()


@pytest.mark.parametrize("name", PAGES)
def test_what_is_published_is_as_it_would_be_written_today(name: str) -> None:
    text = (PUBLISHED / f"{name}.md").read_text()
    assert text.startswith(f"# {PAGES[name].title}\n\n{PAGES[name].about}\n")
    told = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    assert told >= set(_figures(name))
    assert f"({name}.md)" in (PUBLISHED / "README.md").read_text()


def _figures(name: str) -> set[str]:
    """Every figure that a page has a goal for or draws."""
    page = PAGES[name]
    found = set(page.goals)
    if isinstance(page.chart, Lines):
        found |= {figure for line in page.chart.lines for figure in line.points.values()}
    elif isinstance(page.chart, Pairs):
        found |= {figure for _, *told in page.chart.rows for figure in told}
    return found
