"""What every projection has in common: a name, tables, and how pages of events change them."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias

from psycopg import AsyncConnection

from domain.event import Event, Recorded

Connection: TypeAlias = AsyncConnection[Any]
Apply = Callable[[Connection, Sequence[Recorded]], Coroutine[Any, Any, None]]


@dataclass(frozen=True, kw_only=True)
class Projection:
    """A read model as the runner sees it.

    ``apply`` changes the tables by a page of the log, oldest event first: it folds the page in
    memory and writes each table once. It may see events that do not feed it, and seeing the same
    page twice on the same tables never happens: rows and log position are committed together.

    No name in ``tables``, ``indexes`` or ``apply`` says its schema: a rebuild runs all three in
    another one.
    """

    name: str
    fed_by: tuple[type[Event], ...]  # only these are read for it
    tables: str  # SQL that creates them, harmless when they exist
    indexes: str = ""  # the same for what a rebuild adds once the tables are full
    table_names: tuple[str, ...]
    apply: Apply

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(event.TOPIC for event in self.fed_by)

    @property
    def shape(self) -> str:
        """Name what the tables look like and what is read into them: another one begins anew."""
        words = "\n".join((self.tables, self.indexes, *self.topics))
        return sha256(words.encode()).hexdigest()[:16]
