"""What every projection has in common: a name, tables, and how pages of events change them."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from psycopg import AsyncConnection

from domain.event import Recorded

Connection: TypeAlias = AsyncConnection[Any]
Apply = Callable[[Connection, Sequence[Recorded]], Coroutine[Any, Any, None]]


@dataclass(frozen=True, kw_only=True)
class Projection:
    """A read model as the runner sees it.

    ``apply`` changes the tables by a page of the log, oldest event first; it may see events that
    it does not know, and seeing the same page twice on the same tables never happens: rows and
    log position are committed together.
    """

    name: str
    tables: str  # SQL that creates them, harmless when they exist
    table_names: tuple[str, ...]  # in the order in which they may be emptied
    apply: Apply
