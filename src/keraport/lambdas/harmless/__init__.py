"""What source made from a file's bytecode may use: lists of what is known to compute only.

Whoever loads a converted model runs that source. A name, an attribute or a built-in that is on none
of the lists is refused, whatever it is, so that nothing has to be known about what does harm. The
lists are data beside this module, one row an entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from keraport.catalog.releases import Release
from keraport.catalog.windows import held
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class Function:
    """A row of ``functions.tsv``.

    Args:
        name: in full, as ``tf.nn.relu``.
        result: what comes out, a word of `keraport.lambdas.results`.
        sizes: parameters, or positions as digits, that say how large the result is.
        step: parameters, or positions as digits, that say how far apart elements are.
        counts: parameters each of whose numbers is bounded by itself.
        rows: parameters that say how many rows a matrix has.
        columns: parameters that say how many columns it has: as many as rows without them.
        calls: parameters that take a function, with what it is called with.
        conditions: what makes releases on both sides of a ``~`` agree, all of them together.
        meanings: releases that compute the same, group by group, as windows.
        conditional: the groups agree where the conditions hold.
        is_complex: it makes complex numbers.
        is_maximum: it ends with a maximum or minimum over axes (`keraport.lambdas.last`).
        is_by_place: arguments are given by their place, for some releases take none by name.
        note: how the groups differ.
    """

    name: str
    result: str
    sizes: tuple[str, ...]
    step: tuple[str, ...]
    counts: tuple[str, ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    calls: Mapping[str, str]
    conditions: tuple[str, ...]
    meanings: tuple[str, ...]
    conditional: bool
    is_complex: bool
    is_maximum: bool
    is_by_place: bool
    note: str

    def is_harmless_in(self, release: Release) -> bool:
        """True where it is known to compute only."""
        return any(held(group, release) for group in self.meanings)

    def means_the_same(self, one: Release, other: Release) -> bool:
        """True if two releases compute the same whatever it is given."""
        return any(held(group, one) and held(group, other) for group in self.meanings)


@dataclass(frozen=True, slots=True)
class Member:
    """A row of ``members.tsv``: an attribute or method of a kind of value."""

    kind: str
    name: str
    form: str
    result: str
    releases: str

    def is_harmless_in(self, release: Release) -> bool:
        """True where it is known to tell only."""
        return held(self.releases, release)


@dataclass(frozen=True, slots=True)
class Builtin:
    """A row of ``builtins.tsv``: what it takes, by kind, and what comes out."""

    name: str
    arguments: frozenset[str]
    result: str


@cache
def functions() -> Mapping[str, Function]:
    """The functions and constants by full name."""
    return {row[0]: _function(row) for row in _rows("functions.tsv")}


@cache
def members() -> Mapping[tuple[str, str], Member]:
    """Attributes and methods by kind and name."""
    return {
        (kind, name): Member(kind, name, form, result, releases)
        for kind, name, form, result, releases in _rows("members.tsv")
    }


@cache
def builtins() -> Mapping[str, Builtin]:
    """Python's own functions by name."""
    return {
        name: Builtin(name, frozenset(arguments.split()), result)
        for name, arguments, result in _rows("builtins.tsv")
    }


def _rows(name: str) -> Iterator[list[str]]:
    text = files(__name__).joinpath(name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def _function(row: list[str]) -> Function:
    name, result, options, releases, *note = row
    sizes: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    step: tuple[str, ...] = ()
    calls: dict[str, str] = {}
    conditions: list[str] = []
    for option in options.split() if options != "-" else ():
        key, found, value = option.partition(":")
        if not found:
            conditions.append(key)
        elif key == "size":
            sizes = tuple(value.split(","))
        elif key == "step":
            step = tuple(value.split(","))
        elif key == "count":
            counts = tuple(value.split(","))
        elif key == "square":
            rows, columns = (tuple(part.split(",")) for part in value.split(";"))
        elif key == "call":
            calls = dict(item.split("=") for item in value.split(","))
    groups = releases.replace("~", "|").split("|")
    meanings = tuple(group.strip() for group in groups)
    return Function(
        name,
        result,
        sizes,
        step,
        counts,
        rows,
        columns,
        calls,
        tuple(item for item in conditions if item not in ("by-place", "complex", "maximum")),
        meanings,
        "~" in releases,
        "complex" in conditions,
        "maximum" in conditions,
        "by-place" in conditions,
        "".join(note),
    )
