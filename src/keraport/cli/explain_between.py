"""What ``keraport explain --from RELEASE --to RELEASE`` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from keraport.catalog.api import Kind
from keraport.catalog.listing import and_
from keraport.catalog.releases import Release
from keraport.cli.blocks import Block, Span, Style, Table, blank, line
from keraport.cli.explain_class import (
    THE_CLASS,
    difference_to_json,
    plain,
    refusal_to_json,
    refusals,
    unknown,
)
from keraport.cli.output import Output
from keraport.errors import UsageError
from keraport.history.compare import compare, everywhere, explain_between
from keraport.history.differences import NOT_WRITTEN_FOR
from keraport.history.facts import ClassComparison, Comparison, Crossed
from keraport.history.names import meant_by
from keraport.history.spans import called
from keraport.history.wording import topic, value

NOTHING = "nothing to do"


def answer(output: Output, name: str | None, source: Release, target: Release) -> None:
    """Print what differs between two releases.

    Args:
        output: where to.
        name: of the class; None for all.
        source: the release to come from.
        target: the release to go to.

    Raises:
        UsageError: neither release has a class of that name.
    """
    if name is None:
        found = compare(source, target)
        document = {
            **_pair(source, target),
            "classes": [_to_json(item) for item in found.classes],
            "everywhere": [
                {"kind": str(kind), **_crossed_to_json(item)} for kind, item in found.everywhere
            ],
        }
        output.answer(document, lambda: _overview(found), kind="comparison")
        return
    classes = explain_between(name, source, target)
    if not classes and meant_by(name):
        raise UsageError(
            f"neither {source} nor {target} has {name}",
            hint=f"`keraport explain {name}` tells which releases have it",
        )
    if not classes:
        raise unknown(name)
    document = {**_pair(source, target), "classes": [_to_json(item) for item in classes]}
    output.answer(document, lambda: _blocks(classes, source, target), kind="comparison")


def _pair(source: Release, target: Release) -> dict[str, str]:
    return {"from": source.id, "to": target.id}


def _blocks(
    found: tuple[ClassComparison, ...], source: Release, target: Release
) -> Iterator[Block]:
    for number, item in enumerate(found):
        if number:
            yield blank()
        kind = item.kind.replace("_", " ")
        yield line(Span(item.name, Style.STRONG), f", {kind}, {called(source)} to {called(target)}")
        if target.has(NOT_WRITTEN_FOR):
            yield line(
                f"keraport reads models of {called(target)}, and writes none for it", indent=2
            )
        yield from _presence(item, source, target)
        yield from _signature(item)
        yield from _crossed(item.crossed, source, target)
        yield from refusals(item.refusals)
    yield from _of_every_class({item.kind for item in found}, source, target)


def _of_every_class(kinds: set[Kind], source: Release, target: Release) -> Iterator[Block]:
    """Where to look for what no single class tells."""
    for kind in Kind:
        about = [c.difference for k, c in everywhere(source, target) if k is kind]
        topics = dict.fromkeys(topic(item.keyword) for item in about if item.same_words)
        if kind in kinds and topics:
            yield blank()
            yield line(
                f"Every {kind.replace('_', ' ')} differs in {', '.join(topics)}: "
                f"keraport explain --from {source} --to {target}"
            )


def _presence(item: ClassComparison, source: Release, target: Release) -> Iterator[Block]:
    before, after = item.known
    if not before:
        yield line(f"{called(source)} does not have it", indent=2)
        return
    if not after:
        yield line(Span(f"{called(target)} does not have it", Style.CAREFUL), indent=2)
        if not target.has(NOT_WRITTEN_FOR):
            outcome = item.outcome or "a model file never holds it"
            yield line(f"conversion: {outcome}", indent=2)
        return
    if not item.registered[1] and item.outcome:
        yield line(f"the loader of {called(target)} does not find it: {item.outcome}", indent=2)
    if not item.differs:
        yield line(Span("unchanged: the same arguments and the same meaning", Style.GOOD), indent=2)
    elif all(item.paths) and item.paths[0] != item.paths[1]:
        yield line(f"{item.paths[0]} is {item.paths[1]} there", indent=2)


def _signature(item: ClassComparison) -> Iterator[Block]:
    for old, new in item.renamed:
        yield line(f"renamed: {old} is called {new}", indent=2)
    if item.added:
        yield line(f"new arguments: {', '.join(item.added)}", indent=2)
    if item.removed:
        yield line(f"removed arguments: {', '.join(item.removed)}", indent=2)
    for moved in item.moved:
        text = f"{moved.argument}={value(moved.before)} became {value(moved.after)}"
        yield line(f"default: {text}", indent=2)


def _crossed(found: Iterable[Crossed], source: Release, target: Release) -> Iterator[Block]:
    given = tuple(found)
    for crossed in given:
        item = crossed.difference
        if not item.same_words:
            continue
        yield blank()
        title = f"behaves differently: {topic(item.keyword) or THE_CLASS}"
        yield line(Span(title, Style.CAREFUL), indent=2)
        for side in item.sides((source, target)):
            yield line(f"{and_(list(map(called, side.releases)))}: {side.text}", indent=6)
        if item.measured:
            yield line(Span(f"measured: {item.measured}", Style.CAREFUL), indent=6)
        if not target.has(NOT_WRITTEN_FOR):
            yield line(f"conversion: {crossed.conversion or NOTHING}", indent=6)
        for text in item.sources:
            yield line(Span(text, Style.FAINT), indent=6)
    rows = [
        (topic(crossed.difference.keyword), crossed.conversion or NOTHING)
        for crossed in given
        if not crossed.difference.same_words
    ]
    if rows and not target.has(NOT_WRITTEN_FOR):
        yield blank()
        yield Table(("argument", "conversion"), rows)


def _overview(found: Comparison) -> Iterator[Block]:
    source, target = called(found.source), called(found.target)
    if not found.classes and not found.everywhere:
        yield line(f"{source} and {target} do not differ in any class that keraport knows.")
        return
    yield line(Span(f"{source} to {target}", Style.STRONG))
    for kind in Kind:
        mine = [item for item in found.classes if item.kind is kind]
        if mine:
            yield blank()
            rows = [(item.name, text) for item in mine for text in summary(item, found.target)]
            yield Table((str(kind).replace("_", " "), "what differs"), rows)
    for kind, crossed in found.everywhere:
        yield blank()
        yield line(Span(f"every {kind.replace('_', ' ')}", Style.STRONG))
        yield from _crossed([crossed], found.source, found.target)
    yield blank()
    yield line(f"keraport explain NAME --from {found.source} --to {found.target} has the details.")


def summary(item: ClassComparison, target: Release) -> Iterator[str]:
    """What differs, a line each; of what behaves differently, what is so in the target."""
    if not item.known[0]:
        yield "new"
    elif not item.known[1]:
        yield f"gone. {item.outcome}".strip()
    else:
        yield from _arguments(item)
        yield from _meanings(item, target)
        yield from _whereabouts(item)


def _arguments(item: ClassComparison) -> Iterator[str]:
    for old, new in item.renamed:
        yield f"{old} is called {new}"
    if item.added:
        yield f"new: {', '.join(item.added)}"
    if item.removed:
        yield f"removed: {', '.join(item.removed)}"
    for moved in item.moved:
        yield f"default of {moved.argument}: {value(moved.before)} became {value(moved.after)}"


def _meanings(item: ClassComparison, target: Release) -> Iterator[str]:
    for crossed in item.crossed:
        if crossed.difference.same_words:
            about = topic(crossed.difference.keyword) or THE_CLASS
            yield f"behaves differently, {about}. {_in_the_target(crossed, target)}"


def _in_the_target(crossed: Crossed, target: Release) -> str:
    """What is so in the release that is gone to; of the other one, if that says nothing."""
    sides = crossed.difference.sides((target,))
    return f"{and_(list(map(called, sides[0].releases)))}: {sides[0].text}" if sides else ""


def _whereabouts(item: ClassComparison) -> Iterator[str]:
    before, after = item.paths
    if before and after and before != after:
        yield f"{before} is {after}"
    if before and not after:
        yield "no longer public; loaders still find it"
    if after and not before:
        yield f"public: {after}"
    if item.registered == (True, False):
        yield f"loaders no longer find it. {item.outcome}".strip()
    if item.registered == (False, True):
        yield "loaders find it"


def _to_json(item: ClassComparison) -> dict[str, Any]:
    return {
        "kind": str(item.kind),
        "name": item.name,
        "paths": list(item.paths),
        "known": list(item.known),
        "registered": list(item.registered),
        "renamed": [{"before": old, "after": new} for old, new in item.renamed],
        "added": list(item.added),
        "removed": list(item.removed),
        "moved": [
            {"argument": m.argument, "before": plain(m.before), "after": plain(m.after)}
            for m in item.moved
        ],
        "crossed": [_crossed_to_json(crossed) for crossed in item.crossed],
        "outcome": item.outcome,
        "refusals": [refusal_to_json(row) for row in item.refusals],
    }


def _crossed_to_json(crossed: Crossed) -> dict[str, Any]:
    return {
        **difference_to_json(crossed.difference),
        "appears": crossed.appears,
        "conversion": crossed.conversion,
    }
