"""A request that may be sent twice: its key is recorded with what it causes, in the same append.

Whoever sends it again with the same key is answered from the log, and nothing is done twice: not
after a day, and not after a crash.
"""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID, uuid4, uuid5

from domain.event import Command, Refusal, Tag


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestKey:
    """Names one command of a request, and what was asked for."""

    id: str
    fingerprint: str

    @property
    def tag(self) -> Tag:
        return Tag("idempotency", self.id)

    @property
    def fingerprint_tag(self) -> Tag:
        return Tag("request", self.fingerprint)


@dataclass(kw_only=True)
class KeyedRequest:
    """A request under way. Done again, it gives the same commands the same keys and ids."""

    client_id: UUID
    key: str
    fingerprint: str
    has_effects: bool = False
    is_fresh: bool = False  # some of its effects are new
    is_cut_short: bool = False  # others were faster: what is left of it may be tried again
    _commands: Counter[str] = field(default_factory=Counter[str])
    _ids: Counter[str] = field(default_factory=Counter[str])

    def key_of(self, command: Command, *, is_rehearsed: bool = False) -> RequestKey:
        """Return the key of the request's next command of this kind.

        The client's words are hashed: what is recorded stays, and they may hold anything.
        """
        kind = type(command).__name__
        number = self._commands[kind] + 1
        if not is_rehearsed:
            self._commands[kind] = number
        words = f"{self.client_id}/{self.key}/{kind}/{number}"
        return RequestKey(id=sha256(words.encode()).hexdigest()[:32], fingerprint=self.fingerprint)

    def new_id(self, purpose: str) -> UUID:
        self._ids[purpose] += 1
        return uuid5(self.client_id, f"{self.key}/{purpose}/{self._ids[purpose]}")


class IdempotencyKeyReused(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was sent before with another request. Choose a new key for what "
            "you want now; to repeat the old request, send it unchanged."
        )


REQUEST: ContextVar[KeyedRequest | None] = ContextVar("REQUEST", default=None)
"""The keyed request that is being answered, if it is one."""


def new_id(purpose: str) -> UUID:
    """Return an id for something new: the same one when a keyed request is done again."""
    request = REQUEST.get()
    return uuid4() if request is None else request.new_id(purpose)


@contextmanager
def unkeyed() -> Generator[None]:
    """Carry out commands that may be repeated as they are: they need no key in the log."""
    token = REQUEST.set(None)
    try:
        yield
    finally:
        REQUEST.reset(token)
