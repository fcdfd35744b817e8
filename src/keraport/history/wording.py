"""What a declared change is in words: what differs, and what a conversion does about it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from keraport.catalog.api import Expression, Kind
from keraport.catalog.releases import Release
from keraport.catalog.windows import held
from keraport.changes import combinators
from keraport.changes.change import Change, Effect
from keraport.changes.companions import AsCompanion
from keraport.changes.layers.integer_outputs import Gives
from keraport.changes.training.functions import AsFunction
from keraport.model import Layer, Object
from keraport.records import dataclass

TABLE = files("keraport.history").joinpath("sentences.toml")
"""What is said of changes that are none of the common kinds."""

_TOPICS: Mapping[str, str] = {
    "": "",
    "InputLayer": "its InputLayer",
    "backend": "backends",
    "call": "how it is called",
    "counts": "the dtype of counts",
    "crop": "cropping",
    "dtype_of_images": "the dtype of images",
    "inference": "prediction",
    "inputs": "its inputs",
    "int": "the dtype of bin numbers",
    "load": "loading",
    "mask argument": "`mask` in a call",
    "masked": "masks",
    "min_ndim": "the rank of its input",
    "model": "models inside it",
}
"""What changes are about that is no argument."""

_TRAINING = (Kind.LOSS, Kind.OPTIMIZER, Kind.LEGACY_OPTIMIZER, Kind.SCHEDULE)
"""Kinds that models are compiled with, but for metrics."""

_LEFT_OUT = "left out where it is `{neutral}`, which is what these releases always do"


class Words(NamedTuple):
    """A change in words.

    Args:
        holds: what is so in the releases that have it.
        lacks: what is so in the others; empty if there is nothing to tell of them.
        down: what is done on the way to a release without it; empty if nothing is.
        up: what is done on the way from such a release to one that has it; empty if nothing is.
    """

    holds: str
    lacks: str
    down: str
    up: str


@dataclass(frozen=True)
class Row:
    """A table of ``sentences.toml``; the names of its keys are explained there."""

    holds: str = ""
    lacks: str = ""
    down: str = ""
    up: str = ""
    of: str = ""


_FIELDS = {"with": "holds", "without": "lacks", "to_without": "down", "to_with": "up", "of": "of"}


@cache
def table() -> Mapping[str, Row]:
    """What ``sentences.toml`` has, by effect, or effect and keyword."""
    given = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {
        name: Row(**{_FIELDS[key]: words for key, words in row.items()})
        for name, row in given.items()
    }


def row_of(change: Change) -> Row:
    """What the table has of a change; empty if that is nothing."""
    names = [name_of(kind) for kind in type(change.effect).__mro__ if issubclass(kind, Effect)]
    keyed = [f"{name}:{change.key}" for name in names]
    return next((table()[name] for name in (*keyed, *names) if name in table()), Row())


def name_of(effect: type[Effect]) -> str:
    """What the table calls an effect: ``layers.softmax.TakesMasks``."""
    module = effect.__module__.removeprefix("keraport.changes.")
    return f"{module}.{effect.__name__}"


def speaks_of(change: Change, release: Release) -> bool:
    """False for releases to which the sentences do not apply, whichever side they are on.

    A line of releases has the changes of the one that it grew out of, also where a later change
    has undone them.
    """
    return held(row_of(change).of, release) if row_of(change).of else True


def in_words(change: Change) -> Words:
    """A change in words."""
    worded = _COMBINATORS.get(type(change.effect))
    if worded is not None:
        words: Words = worded(change, change.effect)
        return words
    row = row_of(change)
    return Words(row.holds, row.lacks, row.down, row.up)


def value(item: Any) -> str:
    """A value as Python source, or as the source of the release spells it."""
    if isinstance(item, Expression):
        return item.source
    if isinstance(item, Layer | Object):
        return f"{item.class_name}()"
    if isinstance(item, Mapping):
        return f"{{{', '.join(f'{key!r}: {value(inner)}' for key, inner in item.items())}}}"
    if isinstance(item, list):
        return f"[{', '.join(map(value, item))}]"
    return repr(item)


def topic(keyword: str) -> str:
    """What a difference is about: arguments in backquotes, other things in words."""
    keys = [key for key in keyword.split(", ") if key]
    return ", ".join(_TOPICS.get(key, f"`{key}`") for key in keys)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(*parts: str) -> str:
    """The parts as sentences, those that are empty left out."""
    ended = (_upper(part.strip()) for part in parts if part.strip())
    return " ".join(part if part.endswith((".", ":")) else f"{part}." for part in ended)


def _refused(kind: Kind) -> str:
    """What is done with what the target cannot express.

    Predictions do not depend on how a model was compiled: it is written all the same.
    """
    if kind is Kind.METRIC:
        return "the metric is left out, as the report says"
    return "the model is written uncompiled, as the report says" if kind in _TRAINING else "refused"


def _otherwise(change: Change, effect: Any, what: str) -> str:
    """What is done with a class or a value that is not neutral."""
    if isinstance(effect.otherwise, AsCompanion):
        return f"{what}: written as the companion's `{effect.otherwise.name}`"
    if effect.otherwise is not None:
        return f"{what}: rewritten with layers of the target, or with a companion"
    hint = f". Workaround: {effect.hint}" if effect.hint else ""
    because = f", because {effect.because}" if effect.because else ""
    return f"{what}: {_refused(change.kind)}{because}{hint}"


_NOT_ACCEPTED = "Not accepted."
_KEPT = "A value in the file is kept; where the file has none, `{}` is written."


def _added(change: Change, effect: Any) -> Words:
    neutral = _LEFT_OUT.format(neutral=value(effect.neutral))
    down = _sentence(neutral, _otherwise(change, effect, "another value"))
    return Words("Accepted.", _NOT_ACCEPTED, down, "")


def _acted_upon(change: Change, effect: Any) -> Words:
    down = _sentence(_otherwise(change, effect, "a value that makes a difference"))
    up = _sentence(f"a value that makes a difference: {_refused(change.kind)}")
    lacks = _sentence(f"not supported, though the class takes the keyword: {effect.because}")
    return Words("Supported.", lacks, down, up)


def _renamed(change: Change, effect: Any) -> Words:
    return Words(
        f"Called `{change.key}`.",
        f"Called `{effect.other}`.",
        f"Written as `{effect.other}`.",
        f"Written as `{change.key}`.",
    )


def _default(_: Change, effect: Any) -> Words:
    since, without = value(effect.since), value(effect.without)
    return Words(
        f"The default is `{since}`.",
        f"The default is `{without}`.",
        _KEPT.format(since),
        _KEPT.format(without),
    )


def _cosmetic(_: Change, effect: Any) -> Words:
    text = _sentence(f"accepted, without an effect on predictions: {effect.because}")
    return Words(text, _NOT_ACCEPTED, "Left out.", "")


def _new_class(change: Change, effect: Any) -> Words:
    if isinstance(effect.otherwise, AsCompanion):
        down = f"Written as the companion's `{effect.otherwise.name}`."
    elif effect.otherwise is not None:
        down = "Rewritten with layers of the release, or with a companion."
    else:
        down = _sentence(_otherwise(change, effect, "").removeprefix(": "))
    return Words("The class exists.", "The class does not exist.", down, "")


def _renamed_class(change: Change, effect: Any) -> Words:
    ours, theirs = change.names[0], effect.other
    return Words(
        f"The class is called `{ours}`.",
        f"The class is called `{theirs}`.",
        f"Written as `{theirs}`.",
        f"Written as `{ours}`.",
    )


def _respelt(change: Change, effect: Any) -> Words:
    name = change.names[0]
    other = effect.other(Object(name, {})).class_name
    up = f"Written as `{name}`." if effect.back else ""
    lacks = f"The class does not exist; `{other}` with the right arguments is the same."
    return Words("The class exists.", lacks, f"Written as `{other}`.", up)


def _renamed_value(_: Change, effect: Any) -> Words:
    ours = ", ".join(f"`{item!r}`" for item in effect.other)
    pairs = ", ".join(f"`{theirs!r}` for `{ours!r}`" for ours, theirs in effect.other.items())
    return Words(f"Takes {ours}.", f"Takes {pairs}.", "Translated.", "Translated.")


def _gives(_: Change, effect: Any) -> Words:
    own = f"`{effect.dtype}`" if effect.dtype else "the layer's own dtype"
    what = "Counts" if effect.counts else "Category numbers"
    return Words(
        f"{what} have {f'dtype {own}' if effect.dtype else own}.",
        f"{what} have dtype `{effect.without}`.",
        f"Cast to {own}.",
        f"Cast to `{effect.without}`.",
    )


def _unchanged(_: Change, effect: Any) -> Words:
    text = f"differs from the other releases, without an effect on predictions: {effect.because}"
    return Words(_sentence(text), "", "", "")


def _as_function(change: Change, effect: Any) -> Words:
    where = conditions(effect.neutral) if effect.neutral else ""
    lacks = f"There is the function `{effect.function}`, and no class for it."
    down = f"Written as the function where {where}; otherwise {_refused(change.kind)}."
    return Words("The class exists.", lacks, down if where else "Written as the function.", "")


def conditions(neutral: Mapping[str, tuple[Any, ...]]) -> str:
    """The values of a class's keywords at which a function says the same; equal ones count once."""
    return ", ".join(
        f"`{key}={' or '.join(map(repr, dict.fromkeys(values)))}`"
        for key, values in neutral.items()
    )


_COMBINATORS: Mapping[type[Effect], Any] = {
    combinators.Added: _added,
    combinators.ActedUpon: _acted_upon,
    combinators.Renamed: _renamed,
    combinators.DefaultChanged: _default,
    combinators.Cosmetic: _cosmetic,
    combinators.NewClass: _new_class,
    combinators.RenamedClass: _renamed_class,
    combinators.RespeltObject: _respelt,
    combinators.RenamedValue: _renamed_value,
    combinators.Unchanged: _unchanged,
    AsFunction: _as_function,
    Gives: _gives,
}
"""The kinds of change that many subjects share; the others are in ``sentences.toml``."""
