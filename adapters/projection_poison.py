"""Finds the event a projection stumbles over, and applies everything before it."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from adapters.event_store import StoredRow

Apply = Callable[[Sequence[StoredRow], int], Coroutine[Any, Any, bool]]
"""Apply rows and move to a position, together or not at all; False when it is not ours to do."""


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """Why a projection stands still; it goes on once somebody else has moved it."""

    name: str
    position: int  # all events up to here are applied
    event_position: int
    topic: str
    reason: str

    def __str__(self) -> str:
        return (
            f"Projection {self.name} stopped at position {self.event_position}, an event "
            f"'{self.topic}': {self.reason}. All events before it are applied, and the other "
            f"projections go on. Mend the projection and start the boutique again; if rows are "
            f"wrong already, also run: boutique project --rebuild {self.name}"
        )


class PoisonEvent(Exception):
    """A projection cannot apply an event; those before it are applied."""

    def __init__(self, stopped: Stopped) -> None:
        super().__init__(str(stopped))
        self.stopped = stopped


LOST_DATABASE = (psycopg.OperationalError, OSError)
"""No bug of a projection: the page is tried again once the database is there."""


async def apply_up_to_poison(
    name: str, rows: Sequence[StoredRow], until: int, apply: Apply
) -> None:
    """Apply rows; where that fails, halve them until the culprit stands alone.

    Raises:
        PoisonEvent: this one cannot be applied; the projection stands right before it.
    """
    parts = [(rows, until)]
    while parts:
        rows, until = parts.pop(0)
        try:
            if not await apply(rows, until):
                return
        except LOST_DATABASE:
            raise
        except Exception as error:
            if len(rows) <= 1:
                raise await _poison(name, rows, error, apply) from error
            half = len(rows) // 2
            parts[:0] = [(rows[:half], rows[half][0] - 1), (rows[half:], until)]


async def _poison(
    name: str, rows: Sequence[StoredRow], error: Exception, apply: Apply
) -> Exception:
    if not rows:
        return error  # nothing to blame but ourselves
    position, topic, _ = rows[0]
    await apply((), position - 1)
    return PoisonEvent(
        Stopped(
            name=name,
            position=position - 1,
            event_position=position,
            topic=topic,
            reason=f"{type(error).__name__} ({str(error).partition(chr(10))[0]})",
        )
    )
