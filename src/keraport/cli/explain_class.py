"""What ``keraport explain NAME`` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from keraport.catalog.api import Expression
from keraport.catalog.releases import Release
from keraport.cli.blocks import Block, Line, Span, Style, Table, blank, line
from keraport.cli.output import Output
from keraport.cli.text import name as shown_name
from keraport.errors import UsageError
from keraport.history.classes import explain
from keraport.history.facts import (
    Argument,
    ClassFacts,
    Difference,
    How,
    Refusal,
    Setting,
)
from keraport.history.names import nearest_names
from keraport.history.spans import spelt
from keraport.history.wording import topic, value

ALWAYS = "always"
"""For what is so wherever the class is."""

THE_CLASS = "the class itself"
"""What a difference is about that names no argument."""


def answer(output: Output, name: str) -> None:
    """Print what is known of the classes that a name means.

    Raises:
        UsageError: no release has that name.
    """
    found = explain(name)
    if not found:
        raise unknown(name)
    document = {"name": name, "classes": [_to_json(item) for item in found]}
    output.answer(document, lambda: _blocks(found), kind="history")


def unknown(name: str) -> UsageError:
    """The error for a name that no release has, with the nearest ones."""
    near = nearest_names(name)
    return UsageError(
        f"no release of Keras that keraport knows has '{shown_name(name)}'",
        hint=f"the nearest names are {', '.join(near)}"
        if near
        else "layers, activations, initializers, regularizers, constraints, losses, metrics and "
        "optimizers are known, by the names that files and the public API use",
    )


def _blocks(found: tuple[ClassFacts, ...]) -> Iterator[Block]:
    for number, facts in enumerate(found):
        if number:
            yield blank()
        yield from _of_class(facts)


def _of_class(facts: ClassFacts) -> Iterator[Block]:
    kind = facts.kind.replace("_", " ")
    yield line(Span(facts.name, Style.STRONG), f", {kind}, in {spelt(facts.releases)}")
    for place in facts.places:
        if len(facts.places) > 1 or set(place.releases) != set(facts.releases):
            yield line(f"{place.path} in {spelt(place.releases)}", indent=2)
    if facts.other_names:
        yield line(f"also called {', '.join(facts.other_names)}", indent=2)
    if facts.not_listed:
        yield line(f"the {kind}s of {spelt(facts.not_listed)} are not listed here", indent=2)
    if facts.unregistered:
        where = spelt(facts.unregistered)
        yield line(f"not found by the loaders of {where} without custom_objects", indent=2)
    yield blank()
    if facts.arguments:
        yield Table(("argument", "default", "in"), list(_rows(facts)))
    else:
        yield line("It takes no arguments of its own.")
    yield from differences(facts.differences, facts.releases)
    if facts.absences:
        yield from _heading("In releases without it")
        for absence in facts.absences:
            yield line(f"{spelt(absence.releases)}: {absence.outcome}", indent=2)
    yield from refusals(facts.refusals)


def _heading(text: str) -> Iterator[Block]:
    yield blank()
    yield line(Span(text, Style.STRONG))


def _rows(facts: ClassFacts) -> Iterator[tuple[str, str, str]]:
    for argument in facts.arguments:
        yield from _settings(argument, facts, "")
        for other in argument.renamed:
            yield from _settings(other, facts, "  called ")


def _settings(argument: Argument, facts: ClassFacts, prefix: str) -> Iterator[tuple[str, str, str]]:
    for setting in argument.settings:
        always = set(setting.releases) == set(facts.releases)
        where = ALWAYS if always else spelt(setting.releases)
        yield f"{prefix}{argument.name}", default_of(setting), where


def default_of(setting: Setting) -> str:
    """The default, or how else the argument is given."""
    if setting.how is How.REQUIRED:
        return "required"
    return value(setting.default) if setting.how is How.DEFAULT else "**kwargs"


def differences(found: Iterable[Difference], known: Iterable[Release]) -> Iterator[Block]:
    """The differences, what means something else first."""
    whole = tuple(known)
    given = tuple(found)
    for same_words, heading in (
        (True, "What behaves differently"),
        (False, "What else differs"),
    ):
        rows = [item for item in given if item.same_words is same_words]
        if rows:
            yield from _heading(heading)
        for item in rows:
            yield from _difference(item, whole)


def _difference(item: Difference, whole: tuple[Release, ...]) -> Iterator[Line]:
    yield line(Span(topic(item.keyword) or THE_CLASS, Style.FINE), indent=2)
    for side in item.sides(whole):
        yield line(f"{spelt(side.releases, whole)}: {side.text}", indent=4)
        if side.conversion:
            yield line(f"conversion to one of these: {side.conversion}", indent=8)
    if item.measured:
        yield line(Span(f"measured: {item.measured}", Style.CAREFUL), indent=4)
    for source in item.sources:
        yield line(Span(source, Style.FAINT), indent=4)


def refusals(found: Iterable[Refusal]) -> Iterator[Block]:
    """The reasons for which the layer is refused."""
    rows = tuple(found)
    if rows:
        yield from _heading("What can be refused")
    for row in rows:
        argument = f"{row.argument}: " if row.argument else ""
        target = f" (to {row.targets})" if row.targets else ""
        yield line(f"{argument}{row.because}{target}", indent=2)


def _to_json(facts: ClassFacts) -> dict[str, Any]:
    return {
        "kind": str(facts.kind),
        "name": facts.name,
        "releases": ids(facts.releases),
        "places": [{"path": p.path, "releases": ids(p.releases)} for p in facts.places],
        "unregistered": ids(facts.unregistered),
        "other_names": list(facts.other_names),
        "arguments": [_argument_to_json(item) for item in facts.arguments],
        "differences": [difference_to_json(item) for item in facts.differences],
        "absences": [
            {"releases": ids(item.releases), "outcome": item.outcome} for item in facts.absences
        ],
        "refusals": [refusal_to_json(item) for item in facts.refusals],
    }


def _argument_to_json(argument: Argument) -> dict[str, Any]:
    return {
        "name": argument.name,
        "settings": [
            {
                "how": str(setting.how),
                "default": plain(setting.default),
                "releases": ids(setting.releases),
            }
            for setting in argument.settings
        ],
        "renamed": [_argument_to_json(other) for other in argument.renamed],
    }


def difference_to_json(item: Difference) -> dict[str, Any]:
    """A difference."""
    return {
        "keyword": item.keyword,
        "text": item.text,
        "elsewhere": item.elsewhere,
        "holds": ids(item.holds),
        "lacks": ids(item.lacks),
        "same_words": item.same_words,
        "measured": item.measured,
        "to_release_without": item.down,
        "to_release_with": item.up,
        "sources": list(item.sources),
    }


def refusal_to_json(item: Refusal) -> dict[str, Any]:
    """A reason for a refusal."""
    return {"argument": item.argument, "targets": item.targets, "because": item.because}


def ids(releases: Iterable[Release]) -> list[str]:
    """The ids of releases."""
    return [release.id for release in releases]


def plain(default: Any) -> Any:
    """A default for JSON; one that is no literal as its source spells it."""
    return {"expression": default.source} if isinstance(default, Expression) else default
