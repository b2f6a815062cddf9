"""What must hold of the log and the read models, and what is told where it does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString, TypeAlias

Violation: TypeAlias = Mapping[str, str | int | None]
"""Where it does not hold: positions and ids to act on."""

VIOLATIONS_MAX = 20
"""Of one invariant; a broken boutique is not listed whole."""


@dataclass(frozen=True, kw_only=True)
class Invariant:
    """Something that holds at every position of the log."""

    name: str
    sentence: str
    remedy: str
    sql: LiteralString  # its rows are violations; "" where Python looks
    is_warning: bool = False
    reads: tuple[str, ...] = ()  # tables of read models, which a rebuild may exchange meanwhile


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What came of looking at one invariant."""

    invariant: Invariant
    violations: Sequence[Violation]
    is_cut: bool  # there are more
    seconds: float
    problem: str = ""  # why it could not be checked

    @property
    def is_sound(self) -> bool:
        return not self.violations and not self.problem


@dataclass(frozen=True, kw_only=True)
class Report:
    """The state of the boutique as of one position."""

    position: int
    is_deep: bool
    seconds: float
    checked: Sequence[Checked]
    events_by_topic: Mapping[str, int]

    @property
    def violated(self) -> Sequence[Checked]:
        """Those that do not hold; a warning is none of them."""
        return [x for x in self.checked if x.violations and not x.invariant.is_warning]

    @property
    def unchecked(self) -> Sequence[Checked]:
        return [x for x in self.checked if x.problem]

    @property
    def is_healthy(self) -> bool:
        return not self.violated and not self.unchecked


REBUILD_PURCHASES = "Run: boutique project --rebuild purchased_commodities"
REBUILD_INDEX = "Run: boutique project --rebuild commodity_index"
LOG_WAS_CHANGED = (
    "The boutique writes no such thing: somebody changed the log by hand, or a decision has a bug. "
    "See what happened with: boutique audit list --all, and restore the log from a backup."
)
