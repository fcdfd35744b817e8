"""A page a pair of neighbouring releases, and their index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from history_pages.classes import BY, linked
from history_pages.markdown import code, links, one, sections, table, text
from keraport.catalog.api import Kind
from keraport.catalog.listing import and_
from keraport.catalog.releases import Release
from keraport.history.compare import compare
from keraport.history.differences import NOT_WRITTEN_FOR, outcome
from keraport.history.facts import ClassComparison, Comparison, Crossed
from keraport.history.names import KINDS
from keraport.history.spans import called, neighbours
from keraport.history.wording import topic, value

CLASSES = "../reference/classes/"
NOTHING = "nothing to do"
NOT_WRITTEN = "no models are written for it"
INDEX = f"""# From each release to the next

Written by `{BY}`. What differs between two neighbouring releases of Keras in what a model can hold:
classes, arguments, defaults, and what behaves differently. `keraport convert` does what each
page says, upward and downward, and over any number of releases at once.

For two releases that are no neighbours, `keraport explain --from tf1.12 --to tf2.15` prints the
same, and `keraport explain GRU --from tf1.12 --to tf2.15` that of one class.
[The history of each class](../reference/classes/index.md) has every release on one page.
"""

Row = tuple[Kind, str, str]
"""A kind, a class, and what is said of it."""


def pages() -> Mapping[str, str]:
    """Every page by its file name."""
    found = {}
    told = [compare(source, target) for source, target in neighbours()]
    for item in told:
        if _differs(item):
            found[file_name(item.source, item.target)] = page(item)
    found["index.md"] = index(told)
    return found


def file_name(source: Release, target: Release) -> str:
    """The name of the page of a pair."""
    return f"{source.id}-to-{target.id}.md"


def _differs(item: Comparison) -> bool:
    return bool(item.classes or item.everywhere)


def index(told: list[Comparison]) -> str:
    """The index: a row a pair."""
    rows = []
    for item in told:
        title = f"{called(item.source)} to {called(item.target)}"
        name = file_name(item.source, item.target)
        rows.append((f"[{title}]({name})", _in_short(item)) if _differs(item) else (title, _NONE))
    return sections(INDEX, table(("from and to", "what differs"), rows))


_NONE = "nothing that a model can hold"


def _in_short(item: Comparison) -> str:
    both = [found for found in item.classes if all(found.known)]
    meanings = [f for f in both if any(c.difference.same_words for c in f.crossed)]
    everywhere = {kind for kind, _ in item.everywhere}
    changed = len(meanings) + len(everywhere)
    counted = (
        (changed, "behaves differently", "behave differently"),
        (len([f for f in both if f.moved]), "has another default", "have another default"),
        (len([f for f in both if f.renamed]), "has a renamed argument", "have renamed arguments"),
        (len([f for f in both if f.removed]), "lacks former arguments", "lack former arguments"),
        (len([f for f in both if f.added]), "has new arguments", "have new arguments"),
        (len([f for f in item.classes if not f.known[0]]), "is new", "are new"),
        (len([f for f in item.classes if not f.known[1]]), "is gone", "are gone"),
    )
    told = (f"{number} {a if number == 1 else some}" for number, a, some in counted if number)
    return ", ".join(told) or "names and paths only"


def page(item: Comparison) -> str:
    """The page of a pair."""
    both = [found for found in item.classes if all(found.known)]
    gone = [found for found in item.classes if not found.known[1]]
    new = [found for found in item.classes if not found.known[0]]
    source, target = called(item.source), called(item.target)
    return sections(
        f"# {source} to {target}",
        _lead(item),
        *_meanings(item, both),
        *_section("Other defaults", ("class", "argument", source, target), _moved(both)),
        *_section("Renamed arguments", ("class", source, target), _renamed(both)),
        *_section("Arguments that are gone", ("argument", "of"), _of_classes(both, _removed)),
        *_section("New arguments", ("argument", "of"), _of_classes(both, _added)),
        *_section(
            "Classes that are gone", ("class", f"conversion to {target}"), _gone(gone, item.target)
        ),
        *_section("New classes", ("class", f"conversion back to {source}"), _new(new, item.source)),
        *_section("Other places", ("class", source, target), _places(both)),
        *_section("Loaders", ("class", "what differs"), _each(both, _registered)),
        *_section(
            "What keraport does with the arguments",
            ("class", "argument", f"to {target}", f"to {source}", "source"),
            _conversions(both, item),
        ),
        f"`keraport explain NAME --from {item.source} --to {item.target}` prints this for one "
        f"class. Written by `{BY}`.",
    )


def _lead(item: Comparison) -> str:
    done = (
        f"keraport reads models of {called(item.target)}, and writes none for it: a conversion "
        "goes on to a later release."
        if item.target.has(NOT_WRITTEN_FOR)
        else f"`keraport convert MODEL OUT --to {item.target}` does what is said here."
    )
    return (
        f"What differs between {item.source.title} (`{item.source}`) and {item.target.title} "
        f"(`{item.target}`) in what a model can hold. "
        f"{done}"
    )


def _section(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    written = table(columns, rows)
    return [f"## {title}", written] if written else []


def _meanings(item: Comparison, both: list[ClassComparison]) -> Iterator[str]:
    grouped: dict[int, tuple[Crossed, list[str]]] = {}
    for kind, crossed in item.everywhere:
        if crossed.difference.same_words:
            grouped[len(grouped)] = crossed, [f"every {one(kind)}"]
    by_text: dict[tuple[str, str, str], int] = {}
    for found in both:
        for crossed in found.crossed:
            if crossed.difference.same_words:
                told = crossed.difference
                key = told.keyword, told.text, told.elsewhere
                place = by_text.setdefault(key, len(grouped))
                grouped.setdefault(place, (crossed, []))[1].append(
                    linked(found.kind, found.name, CLASSES)
                )
    if not grouped:
        return
    yield "## What behaves differently"
    yield (
        "A file of one that is loaded in the other unconverted may predict something else, or fail."
    )
    ordered = sorted(grouped.values(), key=lambda pair: not pair[0].difference.measured)
    for crossed, names in ordered:
        yield _meaning(crossed, names, item)


def _meaning(crossed: Crossed, names: list[str], item: Comparison) -> str:
    difference = crossed.difference
    keyword = f", {text(topic(difference.keyword))}" if difference.keyword else ""
    lines = [
        f"- {and_(list(map(called, side.releases)))}: {text(side.text)}"
        for side in difference.sides((item.source, item.target))
        if side.text
    ]
    if difference.measured:
        lines.append(f"- Measured: {text(difference.measured)}.")
    for place, rule in _both_ways(crossed, item):
        lines.append(f"- Conversion to {place}: {text(rule)}")
    lines.append(f"- Source: {links(difference.sources)}")
    return f"**{', '.join(names)}{keyword}**\n\n" + "\n".join(lines)


def _both_ways(crossed: Crossed, item: Comparison) -> Iterator[tuple[str, str]]:
    there, back = _rules(crossed, item)
    yield called(item.target), there
    yield called(item.source), back


def _rules(crossed: Crossed, item: Comparison) -> tuple[str, str]:
    """What is done on the way there, and on the way back."""
    up, down = crossed.difference.up or NOTHING, crossed.difference.down or NOTHING
    there, back = (up, down) if crossed.appears else (down, up)
    return (
        NOT_WRITTEN if item.target.has(NOT_WRITTEN_FOR) else there,
        NOT_WRITTEN if item.source.has(NOT_WRITTEN_FOR) else back,
    )


def _grouped(rows: Iterable[tuple[Kind, str, tuple[str, ...]]]) -> Iterator[tuple[str, ...]]:
    """Rows that say the same of several classes of a kind as one."""
    found: dict[tuple[Kind, tuple[str, ...]], list[str]] = {}
    for kind, name, told in rows:
        found.setdefault((kind, told), []).append(name)
    for (kind, told), names in found.items():
        shown = ", ".join(linked(kind, name, CLASSES) for name in names)
        yield (_titled(kind, shown), *told)


def _titled(kind: Kind, shown: str) -> str:
    return shown if kind is Kind.LAYER else f"{shown} ({one(kind)})"


def _moved(both: list[ClassComparison]) -> Iterator[tuple[str, ...]]:
    return _grouped(
        (item.kind, item.name, (code(m.argument), code(value(m.before)), code(value(m.after))))
        for item in both
        for m in item.moved
    )


def _renamed(both: list[ClassComparison]) -> Iterator[tuple[str, ...]]:
    return _grouped(
        (item.kind, item.name, (code(old), code(new))) for item in both for old, new in item.renamed
    )


def _each(
    both: list[ClassComparison], told: Callable[[ClassComparison], str]
) -> Iterator[tuple[str, ...]]:
    return _grouped((item.kind, item.name, (told(item),)) for item in both if told(item))


def _removed(item: ClassComparison) -> tuple[str, ...]:
    return item.removed


def _added(item: ClassComparison) -> tuple[str, ...]:
    return item.added


def _of_classes(
    both: list[ClassComparison], told: Callable[[ClassComparison], tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    """Arguments, each with the classes that have it."""
    found: dict[tuple[Kind, str], list[str]] = {}
    for item in both:
        for name in told(item):
            found.setdefault((item.kind, name), []).append(item.name)
    for (kind, name), classes in found.items():
        shown = ", ".join(linked(kind, owner, CLASSES) for owner in classes)
        yield code(name), _titled(kind, shown)


def _registered(item: ClassComparison) -> str:
    if item.registered == (False, True):
        return "loaders find it without `custom_objects` from now on"
    if item.registered == (True, False):
        return f"loaders no longer find it without `custom_objects`. {text(item.outcome)}".strip()
    return ""


def _gone(gone: list[ClassComparison], target: Release) -> Iterator[tuple[str, ...]]:
    never = NOT_WRITTEN if target.has(NOT_WRITTEN_FOR) else "a model file never holds it"
    return _grouped((item.kind, item.name, (text(item.outcome) or never,)) for item in gone)


def _new(new: list[ClassComparison], source: Release) -> Iterator[tuple[str, ...]]:
    never = NOT_WRITTEN if source.has(NOT_WRITTEN_FOR) else "a model file never holds it"
    for kind in KINDS:
        mine = [item for item in new if item.kind is kind]
        rows = _grouped(
            (kind, item.name, (text(outcome(kind, item.name, source)) or never,)) for item in mine
        )
        yield from rows


def _places(both: list[ClassComparison]) -> Iterator[tuple[str, ...]]:
    for item in both:
        before, after = item.paths
        if before != after:
            yield (
                linked(item.kind, item.name, CLASSES),
                code(before) if before else "not public",
                code(after) if after else "not public; loaders still find it",
            )


def _conversions(both: list[ClassComparison], compared: Comparison) -> Iterator[tuple[str, ...]]:
    return _grouped(
        (
            item.kind,
            item.name,
            (
                text(topic(c.difference.keyword)),
                *map(text, _rules(c, compared)),
                links(c.difference.sources),
            ),
        )
        for item in both
        for c in item.crossed
        if not c.difference.same_words and (c.difference.down or c.difference.up)
    )
