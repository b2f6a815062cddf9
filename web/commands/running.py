"""Running a command: one event loop, and one clear sentence for what its user can mend."""

import asyncio
import errno
from collections.abc import Coroutine
from typing import Any, TypeVar

import psycopg
import typer
import uvloop
from psycopg_pool import PoolTimeout
from rich.console import Console

from domain.event import Refusal
from web.bootstrap import UNAVAILABLE

T = TypeVar("T")

console = Console()
errors = Console(stderr=True)

EXIT_REFUSED = 1
EXIT_UNAVAILABLE = 3

_SENTENCES = {
    errno.EACCES: "There is no permission to write {0}. Give it, or set BOUTIQUE_FOLDER.",
    errno.EROFS: "{0} is on a read-only disk. Set BOUTIQUE_FOLDER to a folder that can be written.",
    errno.ENOSPC: "The disk is full. Free some space and start again; nothing is lost.",
}


class Unavailable(Exception):
    """Something the command needs is not there; the message says what to do."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work, and end with a sentence instead of a traceback where one helps.

    Exit codes: 1 when the boutique refused, 3 when something it needs is not available.
    """
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work)
    except* Refusal as group:
        raise _ended(str(_first(group)), EXIT_REFUSED) from None
    except* (Unavailable, *UNAVAILABLE) as group:
        raise _ended(str(_first(group)), EXIT_UNAVAILABLE) from None
    except* (psycopg.OperationalError, PoolTimeout) as group:
        detail = str(_first(group)).strip().splitlines()[0]
        sentence = f"The database does not answer ({detail}). Check BOUTIQUE_DATABASE_URL."
        raise _ended(sentence, EXIT_UNAVAILABLE) from None
    except* OSError as group:
        error = _first(group)
        known = _SENTENCES.get(getattr(error, "errno", None) or 0)
        if known is None:
            raise
        raise _ended(known.format(getattr(error, "filename", "")), EXIT_UNAVAILABLE) from None


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _ended(sentence: str, code: int) -> typer.Exit:
    errors.print(sentence, style="red", highlight=False)
    return typer.Exit(code)
