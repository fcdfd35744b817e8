"""What is said of a class: dataclasses that the command line and the pages render."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from keraport.catalog.api import Kind
from keraport.catalog.releases import Release
from keraport.records import dataclass

Releases = tuple[Release, ...]


class How(StrEnum):
    """How an argument can be given."""

    REQUIRED = "required"
    DEFAULT = "default"
    KEYWORD = "keyword"
    """Through ``**kwargs``: the signature does not name it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """An argument in some releases.

    Args:
        how: it can be given.
        default: where it has one, as the catalog holds it; None else.
        releases: those in which it is so.
    """

    how: How
    default: Any
    releases: Releases


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a class or function.

    Args:
        name: the keyword.
        settings: each way in which some releases have it, the oldest first.
        renamed: the same argument under another name, in releases that call it otherwise.
    """

    name: str
    settings: tuple[Setting, ...]
    renamed: tuple[Argument, ...] = ()

    @property
    def releases(self) -> Releases:
        """Those that have it under this name."""
        return tuple(release for setting in self.settings for release in setting.releases)


@dataclass(frozen=True, slots=True)
class Side:
    """What is so in some of the releases that a difference parts.

    Args:
        releases: those.
        text: what is so there.
        conversion: what keraport does on the way to one of them; empty if there is nothing to do.
    """

    releases: Releases
    text: str
    conversion: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A declared change, as it concerns one class.

    Args:
        keyword: the argument, or what else it is about; empty if it is the class.
        text: what is so in the releases that have the change.
        elsewhere: what is so in those that have the class and not the change; empty if there is
            nothing to tell of them.
        holds: the releases that have the change and the class.
        lacks: those that have the class and not the change.
        same_words: files load without an error on the other side and mean something else there, or
            the loader fails at what they ask for, though it knows the words.
        measured: how far off the predictions are, measured in the real releases; empty if that was
            not measured for the change by itself.
        down: what keraport does on the way to a release without the change.
        up: what it does on the way from there to one that has it.
        sources: the release notes or source files that say so.
    """

    keyword: str
    text: str
    elsewhere: str
    holds: Releases
    lacks: Releases
    same_words: bool
    measured: str
    down: str
    up: str
    sources: tuple[str, ...]

    def sides(self, order: Iterable[Release]) -> tuple[Side, ...]:
        """Both sides, that of the first release in the order first; none that says nothing."""
        having = Side(self.holds, self.text, self.up)
        lacking = Side(self.lacks, self.elsewhere, self.down)
        first = next((r for r in order if r in self.holds or r in self.lacks), None)
        both = (having, lacking) if first in self.holds else (lacking, having)
        return tuple(side for side in both if side.text or side.conversion)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason for which a layer is refused.

    Args:
        argument: the keyword concerned; empty if it is the class, or how it is called.
        targets: the releases that it is about, in words; empty for all.
        because: why.
    """

    argument: str
    targets: str
    because: str


@dataclass(frozen=True, slots=True)
class Place:
    """A path under which some releases offer the class: ``layers.GRU``."""

    path: str
    releases: Releases


@dataclass(frozen=True, slots=True)
class Absence:
    """What becomes of the class on the way to releases that lack it.

    Args:
        releases: those.
        outcome: what a conversion does: stock layers, a companion, or a refusal.
    """

    releases: Releases
    outcome: str


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """All that is known of a class or function.

    Args:
        kind: what it is.
        name: it is looked up by.
        places: where it is in the public API.
        releases: those that know it, be it public or found by the loaders alone.
        not_listed: those whose objects of this kind were not looked into.
        unregistered: those of them whose loaders do not find it: a file that names it loads there
            with ``custom_objects`` alone.
        other_names: under which some releases know the same object.
        arguments: in the order of the newest signature; those that it no longer has behind.
        differences: what changed, what means something else first.
        absences: what becomes of it where it is unknown.
        refusals: what is refused of it.
    """

    kind: Kind
    name: str
    places: tuple[Place, ...]
    releases: Releases
    not_listed: Releases
    unregistered: Releases
    other_names: tuple[str, ...]
    arguments: tuple[Argument, ...]
    differences: tuple[Difference, ...]
    absences: tuple[Absence, ...]
    refusals: tuple[Refusal, ...]

    @property
    def has_history(self) -> bool:
        """True if releases differ in more than whether they have it."""
        return bool(
            self.differences
            or self.refusals
            or any(len(item.settings) > 1 for item in self.arguments)
            or any(set(item.releases) != set(self.releases) for item in self.arguments)
            or len(self.places) > 1
        )


@dataclass(frozen=True, slots=True)
class Crossed:
    """A difference between two releases.

    Args:
        difference: what it is.
        appears: the newer of both, or the target, has what the difference is about.
    """

    difference: Difference
    appears: bool

    @property
    def conversion(self) -> str:
        """What keraport does about it on the way; empty if there is nothing to do."""
        return self.difference.up if self.appears else self.difference.down


@dataclass(frozen=True, slots=True)
class MovedDefault:
    """An argument whose default is another one.

    Args:
        argument: its name, in the release that is come from.
        before: the default there.
        after: the default in the other one.
    """

    argument: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ClassComparison:
    """A class in two releases.

    Args:
        kind: what it is.
        name: it is told of by.
        paths: where both offer it; empty where one does not.
        known: whether each of both has it.
        registered: whether the loaders of each find it.
        renamed: arguments that are called otherwise, with both names.
        added: arguments that only the second one has.
        removed: arguments that only the first one has.
        moved: defaults that are other ones.
        crossed: the declared changes between both, what means something else first.
        outcome: what a conversion does with the class where the second one lacks it.
        refusals: what is refused of it for the second one.
    """

    kind: Kind
    name: str
    paths: tuple[str, str]
    known: tuple[bool, bool]
    registered: tuple[bool, bool]
    renamed: tuple[tuple[str, str], ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[MovedDefault, ...]
    crossed: tuple[Crossed, ...]
    outcome: str
    refusals: tuple[Refusal, ...]

    @property
    def differs(self) -> bool:
        """True if there is anything to tell of."""
        return bool(
            self.known != (True, True)
            or self.registered[0] != self.registered[1]
            or self.renamed
            or self.added
            or self.removed
            or self.moved
            or self.crossed
            or (all(self.paths) and self.paths[0] != self.paths[1])
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two releases.

    Args:
        source: that is come from.
        target: that is gone to.
        classes: the classes that differ, by kind and name.
        everywhere: what concerns every class of a kind: the kind, and what is crossed.
    """

    source: Release
    target: Release
    classes: tuple[ClassComparison, ...]
    everywhere: tuple[tuple[Kind, Crossed], ...]
