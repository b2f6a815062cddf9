"""Flatbuffers, as far as networks need them: reading a field, and writing new objects in front.

Standard library only. References in a flatbuffer point forward, so an old buffer keeps working,
byte for byte, behind a new root that refers into it.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ALIGNMENT = 16
"""Of data a network computes with."""


@dataclass(frozen=True)
class Kept:
    """An object of the old buffer, by its position there."""

    position: int


@dataclass(frozen=True)
class Byte:
    value: int


@dataclass(frozen=True)
class Word:
    value: int  # unsigned, 32 bits


@dataclass(frozen=True)
class Numbers:
    """A vector of 32-bit numbers."""

    values: Sequence[int] | Sequence[float]


@dataclass(frozen=True)
class Bytes:
    """A vector of bytes."""

    value: bytes


@dataclass(frozen=True)
class References:
    """A vector of references."""

    values: "Sequence[Value]"


@dataclass(frozen=True)
class Table:
    """Fields by their number in the schema."""

    fields: "Mapping[int, Byte | Word | Value]"


Value = Kept | Numbers | Bytes | References | Table | str


def field(buffer: bytes, table: int, number: int) -> int | None:
    """Return where a table has a field, or None where it has it not."""
    (back,) = struct.unpack_from("<i", buffer, table)
    virtual = table - back
    at = 4 + 2 * number
    if at >= struct.unpack_from("<H", buffer, virtual)[0]:
        return None
    (offset,) = struct.unpack_from("<H", buffer, virtual + at)
    return table + int(offset) if offset else None


def word(buffer: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", buffer, at)[0])


def referred(buffer: bytes, at: int) -> int:
    """Return the position that a reference at a position points to."""
    return at + word(buffer, at)


def members(buffer: bytes, vector: int) -> list[int]:
    """Return the positions of the members of a vector of words or references."""
    return [vector + 4 * (1 + index) for index in range(word(buffer, vector))]


def in_front(root: Table, identifier: bytes, old: bytes = b"") -> bytes:
    """Write a new root with what it refers to, and behind it the old buffer as it was."""
    writer = _Writer(identifier)
    writer.refer(0, writer.put(root))
    return writer.finished(old)


class _Writer:
    """Lays objects out from front to back: each before what it refers to."""

    def __init__(self, identifier: bytes) -> None:
        self._out = bytearray(4) + identifier
        self._kept = list[tuple[int, int]]()

    def put(self, value: Value) -> int | Kept:
        match value:
            case Kept():
                return value
            case str():
                return self._bytes(value.encode() + b"\0", count=len(value.encode()), align=4)
            case Bytes():
                return self._bytes(value.value, count=len(value.value), align=ALIGNMENT)
            case Numbers():
                return self._numbers(value.values)
            case References():
                return self._references(value.values)
            case Table():
                return self._table(value.fields)

    def refer(self, at: int, to: int | Kept) -> None:
        if isinstance(to, Kept):
            self._kept.append((at, to.position))
        else:
            struct.pack_into("<I", self._out, at, to - at)

    def finished(self, old: bytes) -> bytes:
        self._align(ALIGNMENT)
        for at, position in self._kept:
            struct.pack_into("<I", self._out, at, len(self._out) + position - at)
        return bytes(self._out) + old

    def _align(self, size: int, *, before: int = 0) -> None:
        self._out += bytes(-(len(self._out) + before) % size)

    def _bytes(self, content: bytes, *, count: int, align: int) -> int:
        self._align(align, before=4)
        at = len(self._out)
        self._out += struct.pack("<I", count) + content
        return at

    def _numbers(self, values: Sequence[int] | Sequence[float]) -> int:
        self._align(4)
        at = len(self._out)
        codes = "".join("f" if isinstance(value, float) else "I" for value in values)
        self._out += struct.pack(f"<I{codes}", len(values), *values)
        return at

    def _references(self, values: Sequence[Value]) -> int:
        at = self._numbers([0] * len(values))
        for index, value in enumerate(values):
            self.refer(at + 4 * (1 + index), self.put(value))
        return at

    def _table(self, fields: "Mapping[int, Byte | Word | Value]") -> int:
        # A word for each, also for a byte: then everything is aligned.
        order = sorted(fields)
        places = {number: 4 * (1 + index) for index, number in enumerate(order)}
        size = 4 * (1 + len(order))
        self._align(4)
        virtual = len(self._out)
        offsets = [places.get(number, 0) for number in range(max(fields) + 1)]
        self._out += struct.pack(f"<{2 + len(offsets)}H", 4 + 2 * len(offsets), size, *offsets)
        self._align(4)
        table = len(self._out)
        self._out += struct.pack("<i", table - virtual) + bytes(size - 4)
        for number in order:
            self._fill(table + places[number], fields[number])
        return table

    def _fill(self, at: int, value: "Byte | Word | Value") -> None:
        match value:
            case Byte():
                self._out[at] = value.value
            case Word():
                struct.pack_into("<I", self._out, at, value.value)
            case _:
                self.refer(at, self.put(value))
