"""Remembering what takes its time to make, and making it once for all who want it at once."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


class OneAtATime:
    """Of those who want the same at once, lets one go first."""

    def __init__(self) -> None:
        self._at_work = dict[str, asyncio.Lock]()

    @asynccontextmanager
    async def alone(self, key: str) -> AsyncGenerator[None]:
        async with self._at_work.setdefault(key, asyncio.Lock()):
            try:
                yield
            finally:
                self._at_work.pop(key, None)


class Remembered(Generic[T]):
    """The last few of what takes its time to make; what is asked for twice at once is made once."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._found = OrderedDict[str, T]()
        self._one = OneAtATime()

    async def get(self, key: str, make: Callable[[], Awaitable[T]]) -> T:
        async with self._one.alone(key):
            found = self._found.get(key)
            if found is None:
                found = self._found[key] = await make()
            self._found.move_to_end(key)
            while len(self._found) > self._limit:
                self._found.popitem(last=False)
            return found
