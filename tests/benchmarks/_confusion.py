"""A confusion matrix as SVG: what things are down the side, what they were taken for across."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks._drawing import Figures, _picture, _text

CELL_WIDE_PX, CELL_HIGH_PX = 46, 30
NAMES_LEFT, NAMES_TOP = 110, 128


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """Counts of figures named ``<what it is> as <what it was taken for>``."""

    title: str
    names: Sequence[str]

    def drawn(self, figures: Figures) -> str:
        # A name nobody's picture has, and nothing was taken for, needs no row and no column.
        rows = [name for name in self.names if self._total(figures, name)]
        parts = list[str]()
        for place, name in enumerate(rows):
            x = NAMES_LEFT + CELL_WIDE_PX * (place + 0.5)
            turned = _text(x, NAMES_TOP - 8, name, "soft", "start")
            around = f'transform="rotate(-45 {x:.1f} {NAMES_TOP - 8})"'
            parts.append(turned.replace("<text ", f"<text {around} ", 1))
        for place, truth in enumerate(rows):
            y = NAMES_TOP + CELL_HIGH_PX * place
            parts.append(_text(NAMES_LEFT - 10, y + 20, truth, "ink", "end"))
            total = self._total(figures, truth)
            for column, name in enumerate(rows):
                count = figures.get(f"{truth} as {name}", 0.0)
                parts += _cell(NAMES_LEFT + CELL_WIDE_PX * column, y, count, count / total)
            right = figures.get(f"{truth} as {truth}", 0.0) / total
            after = NAMES_LEFT + CELL_WIDE_PX * len(rows) + 12
            parts.append(_text(after, y + 20, f"{right:.0%}", "ink", "start"))
        bottom = NAMES_TOP + CELL_HIGH_PX * len(rows)
        parts.append(
            _text(
                24, bottom + 34, "Down: what it is. Across: what it was taken for.", "soft", "start"
            )
        )
        return _picture(self.title, bottom + 56, parts)

    def _total(self, figures: Figures, truth: str) -> float:
        return sum(figures.get(f"{truth} as {name}", 0.0) for name in self.names)


def _cell(x: float, y: float, count: float, share: float) -> list[str]:
    size = f'width="{CELL_WIDE_PX - 2}" height="{CELL_HIGH_PX - 2}" rx="3"'
    opacity = 0.06 if count == 0 else 0.12 + 0.78 * share
    box = f'<rect class="ours filled" x="{x:.1f}" y="{y:.1f}" {size} opacity="{opacity:.2f}"/>'
    if count == 0:
        return [box]
    look = "inverse" if share > 0.55 else "ink"
    return [box, _text(x + CELL_WIDE_PX / 2 - 1, y + 19, f"{count:.0f}", look, "middle")]
