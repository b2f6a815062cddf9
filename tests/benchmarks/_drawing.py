"""Charts as SVG: lines over a few steps, and pairs of dots; light or dark as the reader has it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 76, 196, 70, 62
LABEL_PX = 17  # between two labels at the lines' ends
ROW_PX, ROWS_LEFT = 46, 248
DECADE_STEPS = (1, 2, 5)
TICKS_MAX = 9

_STYLE = """
text { font: 13px system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; }
.title { font-size: 16px; font-weight: 600; }
.paper { fill: #ffffff; } .ink { fill: #1f2328; } .soft { fill: #59636e; }
.grid { stroke: #d8dee4; } .between { stroke: #afb8c1; stroke-width: 4; stroke-linecap: round; }
.line { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
.dashed { stroke-dasharray: 6 5; }
.ours { stroke: #0969da; --ink: #0969da; } .raw { stroke: #6e7781; --ink: #57606a; }
.library { stroke: #bc4c00; --ink: #bc4c00; } .other { stroke: #1a7f37; --ink: #1a7f37; }
.filled, .name { fill: var(--ink); } text.name, rect.filled { stroke: none; }
.inverse { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
  .paper, .inverse { fill: #0d1117; } .ink { fill: #f0f6fc; } .soft { fill: #9198a1; }
  .grid { stroke: #2f353d; } .between { stroke: #565d66; }
  .ours { stroke: #58a6ff; --ink: #58a6ff; } .raw { stroke: #9198a1; --ink: #9198a1; }
  .library { stroke: #f0883e; --ink: #f0883e; } .other { stroke: #3fb950; --ink: #3fb950; }
}
"""

Figures: TypeAlias = Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Line:
    label: str
    look: str  # "ours", "raw", "library" or "other"
    points: Mapping[str, str]  # a step of the x axis, and the figure there
    is_dashed: bool = False


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Figures over steps; the y axis is logarithmic."""

    title: str
    x_axis: str
    y_axis: str
    steps: Sequence[str]
    lines: Sequence[Line]

    def drawn(self, figures: Figures) -> str:
        values = [figures[name] for line in self.lines for name in line.points.values()]
        axis = _Axis.around(values)
        bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT

        def y(value: float) -> float:
            return bottom - (bottom - TOP) * axis.share(value)

        def x(step: str) -> float:
            return LEFT + (right - LEFT) * (self.steps.index(step) + 0.5) / len(self.steps)

        parts = list[str]()
        for tick in axis.ticks:
            parts += [
                _rule(LEFT, y(tick), right, y(tick)),
                _text(LEFT - 10, y(tick) + 4.5, f"{tick:,g}", "soft", "end"),
            ]
        parts += [_text(x(step), bottom + 22, step, "soft", "middle") for step in self.steps]
        parts.append(_text((LEFT + right) / 2, HEIGHT - 16, self.x_axis, "soft", "middle"))
        parts.append(_text(LEFT - 10, TOP - 16, self.y_axis, "soft", "start"))
        ends = list[tuple[float, Line]]()
        for line in self.lines:
            places = [(x(step), y(figures[name])) for step, name in line.points.items()]
            parts += _drawn(line, places)
            if len(places) == 1:
                parts.append(_name(line, places[0][0] - 12, places[0][1] + 4.5, "end"))
            else:
                ends.append((places[-1][1], line))
        parts += _labels(ends, right + 14)
        return _picture(self.title, HEIGHT, parts)


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Rows of two figures each on one logarithmic axis, and how many times the second is more."""

    title: str
    x_axis: str
    first: str  # what the left dot of the legend means
    second: str
    rows: Sequence[tuple[str, str, str, str]]  # label, two figures, and the figure of their ratio

    def drawn(self, figures: Figures) -> str:
        axis = _Axis.around([figures[name] for _, *two, _ in self.rows for name in two])
        right = WIDTH - 110
        bottom = TOP + 22 + ROW_PX * len(self.rows)

        def x(value: float) -> float:
            return ROWS_LEFT + (right - ROWS_LEFT) * axis.share(value)

        parts = list[str]()
        for tick in axis.ticks:
            parts += [
                _rule(x(tick), TOP + 14, x(tick), bottom),
                _text(x(tick), bottom + 20, f"{tick:,g}", "soft", "middle"),
            ]
        parts += _legend(((self.first, "raw"), (self.second, "ours")))
        for number, (label, first, second, times) in enumerate(self.rows):
            y = TOP + 22 + ROW_PX * (number + 0.5)
            a, b = figures[first], figures[second]
            parts += [
                _text(ROWS_LEFT - 18, y + 4.5, label, "ink", "end"),
                _rule(x(a), y, x(b), y, "between"),
                _dot(x(a), y, "raw", 7),
                _dot(x(b), y, "ours", 5),
                _text(WIDTH - 24, y + 4.5, f"{figures[times]:.2f} times", "ink", "end"),
            ]
        middle = (ROWS_LEFT + right) / 2
        parts.append(_text(middle, bottom + 44, self.x_axis, "soft", "middle"))
        return _picture(self.title, bottom + 60, parts)


Chart: TypeAlias = Lines | Pairs


@dataclass(frozen=True)
class _Axis:
    """A logarithmic axis from the first to the last of its ticks."""

    ticks: Sequence[float]

    @classmethod
    def around(cls, values: Sequence[float]) -> "_Axis":
        decades = range(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))) + 2)
        every = [step * 10.0**decade for decade in decades for step in DECADE_STEPS]
        low = max(tick for tick in every if tick <= min(values))
        high = min(tick for tick in every if tick >= max(values) and tick > low)
        ticks = [tick for tick in every if low <= tick <= high]
        if len(ticks) > TICKS_MAX:  # then only the ends and whole decades
            ticks = [t for t in ticks if t in {low, high} or math.log10(t).is_integer()]
        return cls(ticks)

    def share(self, value: float) -> float:
        low, high = math.log10(self.ticks[0]), math.log10(self.ticks[-1])
        return (math.log10(value) - low) / (high - low)


def _drawn(line: Line, places: Sequence[tuple[float, float]]) -> Iterator[str]:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dashed = " dashed" if line.is_dashed else ""
    yield f'<polyline class="line {line.look}{dashed}" points="{points}"/>'
    for x, y in places:
        yield _dot(x, y, line.look, 4.5)


def _labels(ends: Sequence[tuple[float, Line]], x: float) -> Iterator[str]:
    """Name each line where it ends; names that would overlap move apart."""
    above = -math.inf
    for end, line in sorted(ends, key=lambda found: found[0]):
        above = max(end + 4.5, above + LABEL_PX)
        yield _name(line, x, above)


def _name(line: Line, x: float, y: float, anchor: str = "start") -> str:
    return _text(x, y, line.label, f"{line.look} name", anchor)


def _legend(entries: Sequence[tuple[str, str]]) -> Iterator[str]:
    x = 24.0
    for label, look in entries:
        yield _dot(x + 6, TOP - 15, look, 6)
        yield _text(x + 20, TOP - 10.5, label, "soft", "start")
        x += 48 + 6.6 * len(label)


def _dot(x: float, y: float, look: str, radius: float) -> str:
    return f'<circle class="{look} filled" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>'


def _rule(x1: float, y1: float, x2: float, y2: float, look: str = "grid") -> str:
    return f'<line class="{look}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, words: str, look: str, anchor: str) -> str:
    return (
        f'<text class="{look}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def _picture(title: str, height: float, parts: Sequence[str]) -> str:
    frame = f'width="{WIDTH}" height="{height:.0f}"'
    box = f'viewBox="0 0 {WIDTH} {height:.0f}" {frame}'
    lines = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title" {box}>',
        f'<title id="title">{escape(title)}</title>',
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" {frame} rx="8"/>',
        f'<text class="title ink" x="24" y="30">{escape(title)}</text>',
        *parts,
        "</svg>",
    )
    return "\n".join(lines) + "\n"
