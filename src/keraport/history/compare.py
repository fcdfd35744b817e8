"""What differs between two releases: in one class, or in all of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from keraport.catalog.api import ClassSpec, Kind
from keraport.catalog.releases import Release
from keraport.history.arguments import Given, given, is_described, moved, told_of
from keraport.history.differences import (
    EVERY_CLASS,
    differences,
    outcome,
    refusals_for,
    renamed,
)
from keraport.history.facts import (
    ClassComparison,
    Comparison,
    Crossed,
    Difference,
    How,
    MovedDefault,
)
from keraport.history.names import (
    KINDS,
    is_registered,
    main_name,
    meant_by,
    other_names,
    public_names,
    public_path,
    spec_of,
)

NOTHING = ClassSpec(
    name="",
    module="",
    parameters={},
    keywords=frozenset(),
    accepts_anything=True,
    config_keys=frozenset(),
    optional_keys=frozenset(),
    popped=frozenset(),
    supports_masking=False,
    is_function=False,
)
"""What stands for no class in particular: it takes every keyword."""


def compare(source: Release, target: Release) -> Comparison:
    """Everything that differs between two releases, for what their public API offers."""
    found = [compare_class(kind, name, source, target) for kind, name in _offered(source, target)]
    return Comparison(
        source=source,
        target=target,
        classes=tuple(item for item in found if item.differs),
        everywhere=everywhere(source, target),
    )


def explain_between(name: str, source: Release, target: Release) -> tuple[ClassComparison, ...]:
    """What differs between two releases in the classes that a name means; those alike, too.

    Returns:
        Nothing, if neither of both has such a name.
    """
    return tuple(
        item
        for kind, found in meant_by(name)
        if any((item := compare_class(kind, found, source, target)).known)
    )


@cache
def compare_class(kind: Kind, name: str, source: Release, target: Release) -> ClassComparison:
    """A class in two releases."""
    before, after = spec_of(source, kind, name), spec_of(target, kind, name)
    both = all(spec is not None and is_described(spec) for spec in (before, after))
    specs = {r: s for r, s in ((source, before), (target, after)) if s is not None}
    wanted = told_of(kind, specs.values())
    old = given(before, wanted) if both and before is not None else {}
    new = given(after, wanted) if both and after is not None else {}
    pairs = tuple(_renamed(kind, name, old, new))
    was = {theirs: ours for ours, theirs in pairs}
    crossed = _crossed(differences(kind, name, specs), target)
    about = {item.difference.keyword for item in crossed if item.difference.same_words}
    return ClassComparison(
        kind=kind,
        name=name,
        paths=(public_path(source, kind, name), public_path(target, kind, name)),
        known=(before is not None, after is not None),
        registered=(is_registered(source, kind, name), is_registered(target, kind, name)),
        renamed=pairs,
        added=tuple(key for key in new if key not in old and key not in was),
        removed=tuple(key for key in old if key not in new and key not in dict(pairs)),
        moved=tuple(_moved(old, new, was)),
        crossed=crossed,
        outcome="" if is_registered(target, kind, name) else outcome(kind, name, target),
        refusals=refusals_for(kind, (name, *other_names(kind, name)), target, about),
    )


def _renamed(
    kind: Kind, name: str, old: dict[str, Given], new: dict[str, Given]
) -> Iterator[tuple[str, str]]:
    """The arguments that the second release calls otherwise: both names, each argument once.

    Some releases go on taking the older name through ``**kwargs``.
    """
    for pair in dict.fromkeys(renamed(kind, name)):
        for was, now in (pair, pair[::-1]):
            left = _signed(was, old) and not _signed(was, new)
            if left and _signed(now, new) and not _signed(now, old):
                yield was, now


def _signed(name: str, row: dict[str, Given]) -> bool:
    """Whether a signature names the argument."""
    return name in row and row[name].how is not How.KEYWORD


def _moved(
    old: dict[str, Given], new: dict[str, Given], was: dict[str, str]
) -> Iterator[MovedDefault]:
    for name, after in new.items():
        before = old.get(was.get(name, name))
        if before is not None and moved(before, after):
            yield MovedDefault(was.get(name, name), before.default, after.default)


def _crossed(found: tuple[Difference, ...], target: Release) -> tuple[Crossed, ...]:
    return tuple(Crossed(item, appears=target in item.holds) for item in found)


def everywhere(source: Release, target: Release) -> tuple[tuple[Kind, Crossed], ...]:
    """What concerns every class of a kind: the kind, and what is crossed."""
    return tuple(
        (kind, item)
        for kind in KINDS
        for item in _crossed(
            differences(kind, EVERY_CLASS, {source: NOTHING, target: NOTHING}), target
        )
    )


def _offered(source: Release, target: Release) -> Iterator[tuple[Kind, str]]:
    """What either of both offers, by main names."""
    for kind in KINDS:
        seen: dict[str, None] = {}
        for name in public_names(kind):
            if public_path(source, kind, name) or public_path(target, kind, name):
                seen[main_name(kind, name)] = None
        yield from ((kind, name) for name in seen)


__all__ = ["compare", "compare_class", "everywhere", "explain_between"]
