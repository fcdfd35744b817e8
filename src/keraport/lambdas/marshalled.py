"""Looks over marshalled code before anything is made of it: sizes, depth, references.

xdis copies a tuple for each item that it reads, and hashes all that was referred to; a reference to
a tuple of references to a tuple of references doubles with each step. So what is not bounded here
would take time and memory without bound there. Nothing is built: bytes are counted.

The format is that of ``Python/marshal.c``; the fields of code objects are those of ``r_object`` in
2.7, 3.5 (kwonlyargcount since 3.0), 3.8 (posonlyargcount) and 3.11 (localsplusnames).
"""

from __future__ import annotations

import struct
from dataclasses import field

from keraport.records import dataclass

_DEEPEST = 24
_MOST_ITEMS = 4_000
"""Objects, counted again for each reference to them."""
_LONGEST_INTEGER = 64
"""Digits of 15 bits."""

_FLAG_REF = 0x80
_NO_BYTES = frozenset(b"NFT.S0")
_FIXED = {b"i"[0]: 4, b"I"[0]: 8, b"g"[0]: 8, b"y"[0]: 16}
_SHORT_STRINGS = frozenset(b"zZ")
_STRINGS = frozenset(b"stuaA")
_SEQUENCES = frozenset(b"([<>")


class UnboundedError(Exception):
    """Not what a compiler marshals, or more than is looked at."""


@dataclass(frozen=True, slots=True)
class _Fields:
    """Numbers, then objects, then the first line's number, then more objects."""

    numbers: int
    objects: int
    tables: int


def _fields(python: tuple[int, int]) -> _Fields:
    if python >= (3, 11):
        return _Fields(5, 8, 2)
    if python >= (3, 8):
        return _Fields(6, 8, 1)
    return _Fields(5 if python >= (3, 0) else 4, 8, 1)


def look_over(data: bytes, python: str) -> None:
    """Read through marshalled data without making anything of it.

    Args:
        data: one object.
        python: whose format it is, e.g. ``3.8``.

    Raises:
        UnboundedError: cut off, too deep, too much, circular, or of a type no code has.
    """
    major, minor = python.split(".")
    reader = _Reader(data, _fields((int(major), int(minor))))
    reader.value(0)
    if reader.place != len(data):
        raise UnboundedError("has more bytes than a code object")


@dataclass(slots=True)
class _Reader:
    data: bytes
    fields: _Fields
    place: int = 0
    weights: list[int | None] = field(default_factory=list)
    """Of what may be referred to: how many objects it counts for; None while it is being read."""

    def value(self, depth: int) -> int:
        """How many objects the next one counts for."""
        if depth > _DEEPEST:
            raise UnboundedError(f"is nested deeper than {_DEEPEST}")
        mark = self.take(1)[0]
        kind, number = mark & ~_FLAG_REF, len(self.weights)
        counts = bool(mark & _FLAG_REF) and kind not in _NO_BYTES and kind != b"r"[0]
        if counts:
            self.weights.append(None)
        weight = 1 + self.content(kind, depth)
        if weight > _MOST_ITEMS:
            raise UnboundedError(f"has more than {_MOST_ITEMS} parts")
        if counts:
            self.weights[number] = weight
        return weight

    def content(self, kind: int, depth: int) -> int:
        if kind in _NO_BYTES:
            return 0
        if kind in _FIXED:
            self.take(_FIXED[kind])
        elif kind in _SHORT_STRINGS:
            self.take(self.take(1)[0])
        elif kind in _STRINGS:
            self.take(self.number())
        elif kind == b"l"[0]:
            digits = abs(self.number(signed=True))
            if digits > _LONGEST_INTEGER:
                raise UnboundedError("has a number too large for any program")
            self.take(2 * digits)
        elif kind == b")"[0]:
            return self.items(self.take(1)[0], depth)
        elif kind in _SEQUENCES:
            return self.items(self.number(), depth)
        elif kind == b"r"[0]:
            return self.referred(self.number())
        elif kind == b"R"[0]:
            self.number()
        elif kind == b"c"[0]:
            return self.code(depth)
        else:
            raise UnboundedError(f"holds what no code holds (type {kind})")
        return 0

    def items(self, count: int, depth: int) -> int:
        if count > len(self.data) - self.place:
            raise UnboundedError("is cut off")
        weight = 0
        for _ in range(count):
            weight += self.value(depth + 1)
            if weight > _MOST_ITEMS:
                raise UnboundedError(f"has more than {_MOST_ITEMS} parts")
        return weight

    def code(self, depth: int) -> int:
        self.take(4 * self.fields.numbers)
        weight = self.items(self.fields.objects, depth)
        self.take(4)
        return weight + self.items(self.fields.tables, depth)

    def referred(self, index: int) -> int:
        weight = self.weights[index] if index < len(self.weights) else None
        if weight is None:
            raise UnboundedError("refers to itself, or to nothing")
        return weight

    def number(self, *, signed: bool = False) -> int:
        return int(struct.unpack("<i" if signed else "<I", self.take(4))[0])

    def take(self, count: int) -> bytes:
        end = self.place + count
        if end > len(self.data):
            raise UnboundedError("is cut off")
        taken = self.data[self.place : end]
        self.place = end
        return taken
