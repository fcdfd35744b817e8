"""The declared changes that concern a class, and what becomes of it where it is unknown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache

from keraport.catalog.api import ClassSpec, Kind
from keraport.catalog.releases import Release, release_with
from keraport.catalog.windows import held
from keraport.changes import ALL_CHANGES, Change, combinators
from keraport.changes.companions import AsCompanion, FromCompanion
from keraport.changes.layers.third_party import DefinedByCompanions
from keraport.changes.training.functions import AsFunction
from keraport.companion.sources_of import available
from keraport.history.arguments import comparable
from keraport.history.facts import Absence, Difference, Refusal
from keraport.history.refusals import Row, rows
from keraport.history.spans import in_order, spelt
from keraport.history.wording import in_words, speaks_of
from keraport.own.third_party.table import CLASSES
from keraport.surgery.keras1.words import WORDS

EVERY_CLASS = "*"
"""The name of changes that concern every class of a kind."""

WORDS_OF_KERAS_1 = "writes-words-of-keras-1"
"""The trait of releases whose classes and keywords `WORDS` translates."""

NOT_WRITTEN_FOR = "is-source-only"
"""The trait of releases whose models are read, and that none are written for."""

_OF_CLASSES = (
    combinators.NewClass,
    combinators.RespeltObject,
    FromCompanion,
    DefinedByCompanions,
    AsFunction,
)
"""Changes that say where there is a class. Releases that have it differ in nothing by them."""

_BY_SIGNATURE = (
    combinators.Added,
    combinators.Cosmetic,
    combinators.Unchanged,
    combinators.DefaultChanged,
)
"""Changes that signatures show as well."""


@cache
def changes_of(kind: Kind, name: str) -> tuple[Change, ...]:
    """The changes that name the class, or that call it so where they are missing."""
    return tuple(
        change
        for change in ALL_CHANGES
        if change.kind is kind and name in (*change.names, *change.effect.spelt_without())
    )


def held_by(change: Change, release: Release) -> bool:
    """Whether a release has a change.

    Files of Keras 1 are brought into the words of the release that still reads them, and that is
    what they differ from others in.
    """
    if release.has(WORDS_OF_KERAS_1):
        release = release_with("takes-words-of-keras-1")
    if change.effect.backends and release.has("has-other-backends"):
        return False  # what some of its backends compute otherwise is told of it
    return change.held_by(release)


def differences(
    kind: Kind, name: str, specs: Mapping[Release, ClassSpec]
) -> tuple[Difference, ...]:
    """What the releases that know the class differ in, what means something else first.

    Args:
        kind: what it is.
        name: the class, or `EVERY_CLASS` for what concerns all of the kind.
        specs: the class in each release that has it.
    """
    told: dict[tuple[str, str], list[Change]] = {}
    for change in changes_of(kind, name):
        if isinstance(change.effect, _OF_CLASSES) or _says_nothing(change):
            continue
        told.setdefault((_keyword(change), "".join(in_words(change)[:2])), []).append(change)
    found = [_difference(changes, specs) for changes in told.values()]
    # A release on one side only has nothing to differ from; then it is the class that is missing.
    parted = [item for item in found if item.holds and item.lacks]
    return tuple(sorted(parted, key=_order))


def _says_nothing(change: Change) -> bool:
    """True for what only excuses a difference of the catalogs, of no argument in particular."""
    return type(change.effect) is combinators.Unchanged and not change.key


def _keyword(change: Change) -> str:
    effect = change.effect
    more = effect.keys if type(effect) is combinators.Unchanged else ()
    return ", ".join(key for key in (change.key, *more) if key)


def _difference(changes: list[Change], specs: Mapping[Release, ClassSpec]) -> Difference:
    """Changes that are told of in the same words: one brought what another one ended."""
    first = changes[0]
    words = in_words(first)
    told = {
        release: spec
        for release, spec in specs.items()
        if speaks_of(first, release) and _has_such_a_default(first, release, spec)
    }
    every = [{r for r in told if held_by(change, r)} for change in changes]
    has = set.intersection(*every) or set.union(*every)
    takes = {release for release in has if _takes(first, told[release])}
    lacks = set(told) - has | {r for r in has - takes if _goes_on(r, takes)}
    return Difference(
        keyword=_keyword(first),
        text=words.holds,
        elsewhere=_PARTLY if any(_accepts(first, told[r]) for r in lacks) else words.lacks,
        holds=tuple(release for release in told if release in takes),
        lacks=tuple(release for release in told if release in lacks),
        same_words=first.effect.alters_meaning or any(change.drift for change in changes),
        measured="; ".join(change.drift for change in changes if change.drift),
        # They do the same, and one of them may say more of it.
        down=max((in_words(change).down for change in changes), key=len),
        up=max((in_words(change).up for change in changes), key=len),
        sources=tuple(dict.fromkeys(change.source for change in changes)),
    )


def _has_such_a_default(change: Change, release: Release, spec: ClassSpec) -> bool:
    """False where a signature has another default than the change says of that side."""
    item = spec.parameters.get(change.key)
    if not isinstance(change.effect, combinators.DefaultChanged) or item is None or item.required:
        return True
    said = change.effect.since if held_by(change, release) else change.effect.without
    return comparable(item.default) == comparable(said)


_PARTLY = "Not accepted, or not with the same meaning."
"""What is said of releases of which some take a keyword again, and keraport does not write it."""


def _accepts(change: Change, spec: ClassSpec) -> bool:
    """True where a class takes a keyword that the change says it does not."""
    told_by_signature = isinstance(change.effect, combinators.Added | combinators.Cosmetic)
    return told_by_signature and change.key in spec.parameters


def _takes(change: Change, spec: ClassSpec) -> bool:
    """False where a change is about a keyword that the class does not take.

    A line of releases has the changes of the one that it grew out of. Where it later dropped a
    keyword, another change says so, and this one says nothing of it.
    """
    told_by_signature = isinstance(change.effect, _BY_SIGNATURE) and change.key
    return not told_by_signature or spec.accepts(change.key)


def _goes_on(release: Release, takes: Collection[Release]) -> bool:
    """True if a later release of the same line takes the keyword: then this one does not yet."""
    return any(item.line == release.line and item.version > release.version for item in takes)


def _order(item: Difference) -> tuple[bool, bool, str]:
    return not item.same_words, not item.measured, item.keyword


def absences(kind: Kind, name: str, known: Iterable[Release]) -> tuple[Absence, ...]:
    """What becomes of the class on the way to releases without it, the same outcomes together."""
    have = set(known)
    grouped: dict[str, list[Release]] = {}
    for release in in_order():
        if release not in have and release.described and not release.has(NOT_WRITTEN_FOR):
            grouped.setdefault(outcome(kind, name, release), []).append(release)
    return tuple(Absence(tuple(releases), text) for text, releases in grouped.items() if text)


def outcome(kind: Kind, name: str, target: Release) -> str:
    """What a conversion does with the class for a target that does not have it.

    Empty where no declared change says it: of what never stands in the file of a model.
    """
    if target.has(NOT_WRITTEN_FOR):
        return _of_keras_1(kind, name, target)
    lacking = [
        change
        for change in changes_of(kind, name)
        if not held_by(change, target) and name not in change.effect.spelt_without()
    ]
    # What differs between releases that have it says nothing of one without it.
    lacking = [change for change in lacking if not change.effect.alters_meaning] or lacking
    of_class = [change for change in lacking if not change.key]
    # What is done with some configs of the class comes before what is done with the others.
    of_class.sort(key=lambda change: isinstance(change.effect, combinators.NewClass))
    told = [text for change in of_class or lacking if (text := _missing(change, name, target))]
    return " Otherwise: ".join(dict.fromkeys(told)) or _of_keras_1(kind, name, target)


def _missing(change: Change, name: str, target: Release) -> str:
    """What one change does with a class that the target lacks; empty if it is about something else.

    A companion has the name of the class.
    """
    effect = change.effect
    if isinstance(effect, FromCompanion):
        return f"Written as the companion's `{name}`."
    if not isinstance(effect, combinators.NewClass):
        return "" if isinstance(effect, _BY_SIGNATURE) and change.key else in_words(change).down
    offered = available(target.companion_api)
    if isinstance(effect.otherwise, AsCompanion):
        if effect.otherwise.name in offered:
            return f"Written as the companion's `{effect.otherwise.name}`."
        return "Refused: no companion for the release defines it yet."
    if effect.otherwise is None:
        return in_words(change).down
    if name in offered:
        return f"Rewritten with layers of the release, or the companion's `{name}`."
    return "Rewritten with layers of the release, or refused where these cannot do it."


def _of_keras_1(kind: Kind, name: str, target: Release) -> str:
    """What becomes of a class that Keras 2 calls otherwise, or does not have any more."""
    word = WORDS.get(name) if kind is Kind.LAYER else None
    if word is not None and word.becomes:
        return f"Written as `{word.becomes}`."
    known = CLASSES.get(name) if kind is Kind.LAYER else None
    if known is not None and known.becomes in available(target.companion_api):
        return f"Written as the companion's `{known.becomes}`."
    return ""


def refusals(kind: Kind, names: Iterable[str]) -> tuple[Refusal, ...]:
    """The reasons for which layers of these names are refused."""
    return tuple(
        Refusal(row.argument, _targets(row.targets, row.backends), row.because)
        for row in _rows_of(kind, names)
    )


def refusals_for(
    kind: Kind, names: Iterable[str], target: Release, about: Collection[str]
) -> tuple[Refusal, ...]:
    """Those of them that may concern a conversion.

    Args:
        kind: what the class is.
        names: those of the class.
        target: the release to convert to, on whatever backend.
        about: the keywords of what means something else in it; a reason that holds for every
            target is one of these.
    """
    return tuple(
        Refusal(row.argument, _targets(row.targets, row.backends), row.because)
        for row in _rows_of(kind, names)
        if _concerns(row, target, about)
    )


def _concerns(row: Row, target: Release, about: Collection[str]) -> bool:
    if row.backends:
        return target.has("has-other-backends")
    if row.targets:
        return held(row.targets, target)
    return row.argument in about if row.argument else bool(about)


def _rows_of(kind: Kind, names: Iterable[str]) -> list[Row]:
    wanted = set(names) if kind is Kind.LAYER else set()
    return [row for row in rows() if wanted & set(row.classes)]


def _targets(targets: str, backends: tuple[str, ...]) -> str:
    if backends:
        return f"Keras 3 on {' and '.join(backends)}"
    written_for = [release for release in in_order() if not release.has(NOT_WRITTEN_FOR)]
    meant = [release for release in written_for if not targets or held(targets, release)]
    return spelt(meant) if meant != written_for else ""


def renamed(kind: Kind, name: str) -> Iterator[tuple[str, str]]:
    """The arguments that some releases call otherwise: the name of most, and the other one."""
    for change in (*changes_of(kind, name), *changes_of(kind, EVERY_CLASS)):
        if isinstance(change.effect, combinators.Renamed):
            yield change.key, change.effect.other
    for other, key in words_of_keras_1(kind, name).items():
        yield key, other


def words_of_keras_1(kind: Kind, name: str) -> Mapping[str, str]:
    """What Keras 2 calls the arguments that a class has in Keras 1."""
    if kind is not Kind.LAYER:
        return {}
    found: dict[str, str] = {}
    for old, word in WORDS.items():
        if old == name or word.becomes == name:
            found.update(word.keywords)
            found.update({part: key for key, parts in word.joined.items() for part in parts})
    return found
