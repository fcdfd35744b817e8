"""A page a class, and their index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from history_pages.markdown import (
    KIND_TITLES,
    code,
    codes,
    default,
    links,
    one,
    sections,
    table,
    text,
)
from keraport.catalog.api import Kind
from keraport.catalog.releases import Release
from keraport.history.classes import facts_of
from keraport.history.differences import EVERY_CLASS, differences
from keraport.history.facts import Argument, ClassFacts, Difference
from keraport.history.names import KINDS, main_name, public_names
from keraport.history.spans import EVERY, in_order, spelt
from keraport.history.wording import topic

BY = "tools/build_class_pages.py"
FOOT = f"Written by `{BY}` from what `keraport explain` knows."
EVERY_LAYER = "every-layer"
"""The page of what concerns all layers."""

OTHERS = ("argument", "in", "what is so there", "conversion to one of these", "source")
"""The columns of differences that do not change what a layer computes."""

INDEX = f"""# The history of each class

Written by `{BY}`. Since when, which arguments in which releases, defaults that changed,
what behaves differently and by how much, and what keraport does about it. `keraport explain NAME`
prints the same, and `keraport explain NAME --from tf2.3 --to tf1.12` only what differs between two
releases;
[what changed from each release to the next](../../migration/index.md) has them all.

The releases that are looked into are those of [releases.md](../releases.md): the last patch release
of each minor one from Keras 1.2, TensorFlow 1.12 and Keras 3.0 on. *Every release* means all of
these, and says nothing of older ones. Arguments are those of the constructor (`inspect.signature`),
and those that it takes through `**kwargs` and writes into its config; `name`, `dtype`, `trainable`
and `input_shape`, which every layer takes, are left out.
"""


@cache
def listed(kind: Kind) -> tuple[ClassFacts, ...]:
    """All classes of a kind that some release offers."""
    names = dict.fromkeys(main_name(kind, name) for name in public_names(kind))
    return tuple(facts_of(kind, name) for name in names)


def has_page(facts: ClassFacts) -> bool:
    """True if there is more to say than which releases have it."""
    return facts.has_history or bool(facts.absences)


@cache
def pages_by_name() -> Mapping[str, tuple[ClassFacts, ...]]:
    """What is on each page; names that differ in the case of letters share one."""
    found: dict[str, list[ClassFacts]] = {}
    for kind in KINDS:
        for facts in listed(kind):
            if has_page(facts):
                found.setdefault(facts.name.lower(), []).append(facts)
    return {items[0].name: tuple(items) for items in found.values()}


@cache
def _page_names() -> Mapping[tuple[Kind, str], str]:
    return {
        (facts.kind, facts.name): page for page, items in pages_by_name().items() for facts in items
    }


def linked(kind: Kind, name: str, folder: str = "") -> str:
    """A class with a link to its page, if it has one.

    Args:
        kind: what it is.
        name: its main name.
        folder: that of the pages, as seen from the page with the link, with a slash behind it.
    """
    page = _page_names().get((kind, name))
    return f"[`{name}`]({folder}{page}.md)" if page else code(name)


def page(items: tuple[ClassFacts, ...]) -> str:
    """The page of a name: of one class, or of several kinds."""
    if len(items) == 1:
        return sections(f"# {items[0].name}", *_class(items[0], "##"), FOOT)
    parts = [f"# {' and '.join(dict.fromkeys(item.name for item in items))}"]
    for item in items:
        parts += [f"## {item.name}, {one(item.kind)}", *_class(item, "###")]
    return sections(*parts, FOOT)


def _class(facts: ClassFacts, level: str) -> Iterator[str]:
    yield _lead(facts)
    if facts.arguments:
        yield f"{level} Arguments"
        yield table(("argument", "default", "in"), _arguments(facts))
    meanings = [item for item in facts.differences if item.same_words]
    if meanings:
        yield f"{level} What behaves differently"
        yield (
            "A file that is moved unconverted may load and predict something else, or fail. *To "
            "these:* is what keraport does in a conversion to one of the releases named."
        )
        yield from (_meaning(item, level, facts.releases) for item in meanings)
    others = [item for item in facts.differences if not item.same_words]
    if others:
        yield f"{level} What keraport does with its arguments"
        yield table(OTHERS, _rows(others, facts.releases))
    if facts.absences:
        yield f"{level} Releases without it"
        yield table(
            ("to", "conversion"), [(spelt(a.releases), text(a.outcome)) for a in facts.absences]
        )
    if facts.refusals:
        yield f"{level} What can be refused"
        yield table(
            ("argument", "to", "why"),
            [
                (code(row.argument) if row.argument else "", row.targets, text(row.because))
                for row in facts.refusals
            ],
        )
    if facts.kind is Kind.LAYER:
        yield f"See also [what concerns every layer]({EVERY_LAYER}.md)."


def _lead(facts: ClassFacts) -> str:
    kind = one(facts.kind)
    lines = [f"{kind[0].upper()}{kind[1:]}, in {spelt(facts.releases)}."]
    if len(facts.places) == 1 and set(facts.places[0].releases) == set(facts.releases):
        lines.append(f"Public as `{facts.places[0].path}`.")
    elif facts.places:
        places = (f"`{place.path}` in {spelt(place.releases)}" for place in facts.places)
        lines.append(f"Public as {'; '.join(places)}.")
    if facts.other_names:
        lines.append(f"Also called {codes(facts.other_names)}.")
    if facts.not_listed:
        lines.append(f"The {kind}s of {spelt(facts.not_listed)} are not listed here.")
    if facts.unregistered:
        lines.append(
            f"The loaders of {spelt(facts.unregistered)} do not find it without `custom_objects`."
        )
    return " ".join(lines)


def _arguments(facts: ClassFacts) -> Iterator[tuple[str, str, str]]:
    for argument in facts.arguments:
        lines = [*_settings(argument, facts, "")]
        for other in argument.renamed:
            lines += _settings(other, facts, f", called {code(other.name)}")
        defaults, where = zip(*lines, strict=True)
        same = len(set(defaults)) == 1
        yield code(argument.name), defaults[0] if same else "\n".join(defaults), "\n".join(where)


def _settings(argument: Argument, facts: ClassFacts, called: str) -> Iterator[tuple[str, str]]:
    for setting in argument.settings:
        always = set(setting.releases) == set(facts.releases)
        yield default(setting), f"{'always' if always else spelt(setting.releases)}{called}"


def _meaning(item: Difference, level: str, order: Sequence[Release]) -> str:
    lines = []
    for side in item.sides(order):
        rule = f" *To these:* {text(side.conversion)}" if side.conversion else ""
        lines.append(f"- {_upper(spelt(side.releases, order))}: {text(side.text)}{rule}")
    if item.measured:
        lines.append(f"- Measured: {text(item.measured)}.")
    lines.append(f"- Source: {links(item.sources)}")
    title = _upper(text(topic(item.keyword))) or "What it computes"
    return f"{level}# {title}\n\n" + "\n".join(lines)


def _rows(found: Iterable[Difference], order: Sequence[Release]) -> Iterator[tuple[str, ...]]:
    """A row a side; what both share stands in the first."""
    for item in found:
        about, sources = text(topic(item.keyword)), links(item.sources)
        for side in item.sides(order):
            rule = text(side.conversion) or "nothing to do"
            yield about, spelt(side.releases, order), text(side.text), rule, sources
            about = sources = ""


def every_layer() -> str:
    """The page of what concerns all layers."""
    # Each release has layers; which keywords they take is told class by class.
    from keraport.history.compare import NOTHING

    order = in_order()
    found = differences(Kind.LAYER, EVERY_CLASS, dict.fromkeys(order, NOTHING))
    meanings = [item for item in found if item.same_words]
    others = [item for item in found if not item.same_words]
    return sections(
        "# What concerns every layer",
        "Differences between releases that no single layer has: dtypes, masks, calls.",
        "## What behaves differently",
        *(_meaning(item, "##", order) for item in meanings),
        "## What keraport does with the arguments of every layer",
        table(OTHERS, _rows(others, order)),
        FOOT,
    )


def index() -> str:
    """The index, by kind."""
    parts = [INDEX, f"[What concerns every layer]({EVERY_LAYER}.md): dtypes, masks, calls."]
    for kind in KINDS:
        rows = sorted(listed(kind), key=lambda facts: facts.name.lower())
        paged = [item for item in rows if has_page(item)]
        parts.append(f"## {KIND_TITLES[kind]}")
        parts.append(table(("class", "in", "what there is to know"), map(_row, paged)))
        plain = [item for item in rows if not has_page(item)]
        if plain:
            every = (f"`{item.name}` ({_where(item)})" for item in plain)
            parts.append(f"Without a difference: {', '.join(every)}.")
    return sections(*parts)


def _where(facts: ClassFacts) -> str:
    where = spelt(facts.releases)
    return "all" if where == EVERY else where


def _row(facts: ClassFacts) -> tuple[str, str, str]:
    moved = [item.name for item in facts.arguments if len(_defaults(item)) > 1]
    meanings = [item for item in facts.differences if item.same_words]
    measured = [item for item in meanings if item.measured]
    told = []
    if measured:
        told.append(f"predicts something else: {_keywords(measured)}")
    if other := [item for item in meanings if not item.measured]:
        told.append(f"behaves differently: {_keywords(other)}")
    if moved:
        told.append(f"default changed: {codes(moved)}")
    return linked(facts.kind, facts.name), _where(facts), "; ".join(told)


def _defaults(argument: Argument) -> set[str]:
    told = {default(setting) for setting in argument.settings}
    return told - {"required", "in `**kwargs`"}


def _keywords(items: list[Difference]) -> str:
    told = (text(topic(item.keyword)) or "what it computes" for item in items)
    return ", ".join(dict.fromkeys(told))


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
