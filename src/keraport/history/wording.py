"""What a declared change is in words: what differs, and what a conversion does about it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any

from keraport.catalog.api import Expression, Kind
from keraport.changes import combinators
from keraport.changes.change import Change, Effect
from keraport.changes.companions import AsCompanion
from keraport.changes.layers.integer_outputs import Gives
from keraport.changes.training.functions import AsFunction
from keraport.model import Layer, Object

_BACK = "The same the other way round"
"""What a docstring says of a direction that mirrors the other one."""

_FOR_MAINTAINERS = re.compile(r"\bkeraport\.|^Source:")
"""A sentence that says where keraport or a source has something."""

_TOPICS: Mapping[str, str] = {
    "": "",
    "InputLayer": "its InputLayer",
    "backend": "backends",
    "call": "calls",
    "counts": "the dtype of counts",
    "crop": "cropping",
    "dtype_of_images": "the dtype of images",
    "inference": "prediction",
    "inputs": "its inputs",
    "int": "the dtype of numbers of bins",
    "load": "loading",
    "mask argument": "`mask` in a call",
    "masked": "masks",
    "min_ndim": "few dimensions",
    "model": "models in it",
}
"""What changes are about that is no argument."""

_TRAINING = (Kind.LOSS, Kind.OPTIMIZER, Kind.LEGACY_OPTIMIZER, Kind.SCHEDULE)
"""Kinds that models are compiled with, but for metrics."""

_LEFT_OUT = "left out where it is `{neutral}`, which is what such a release always does"

Words = tuple[str, str, str]
"""What differs, what is done for a release without the change, and for one with it."""


def in_words(change: Change) -> Words:
    """A change in words.

    Returns:
        What differs; what is done on the way to a release without the change; what is done on the
        way from such a release to one that has it. The last two are empty where nothing is done.
    """
    effect = change.effect
    worded = _COMBINATORS.get(type(effect))
    if worded is not None:
        text, down, up = worded(change, effect)
    else:
        text, down, up = _told(type(effect)), _rule(effect, "release"), _rule(effect, "hub")
    return _plain(text), _plain(down), _plain(up)


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


def _told(kind: type[Effect]) -> str:
    """What an effect's docstring says, less what it says of its arguments and of keraport."""
    text = inspect.cleandoc(kind.__doc__ or "")
    text = re.split(r"^(?:Args|Raises|Returns):", text, maxsplit=1, flags=re.MULTILINE)[0]
    sentences = re.split(r"(?<=[.:]) (?=[A-Z`])", " ".join(text.split()))
    return " ".join(item for item in sentences if not _FOR_MAINTAINERS.search(item))


def _rule(effect: Effect, side: str) -> str:
    """What the docstrings of the methods towards one side say."""
    other = "hub" if side == "release" else "release"
    found = [
        _said(effect, f"{prefix}to_{side}", f"{prefix}to_{other}") for prefix in ("", "model_")
    ]
    return " ".join(text for text in found if text)


def _said(effect: Effect, name: str, mirror: str) -> str:
    method = getattr(type(effect), name)
    if method is getattr(Effect, name):
        return ""
    text = " ".join(inspect.cleandoc(method.__doc__ or "").split())
    if text.startswith(_BACK):
        return _said(effect, mirror, "") if mirror else ""
    return text


def _plain(text: str) -> str:
    """With single backquotes, as the command line and Markdown have them."""
    return text.replace("``", "`").strip()


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
        return f"{what}: the companion's `{effect.otherwise.name}`, which does it"
    if effect.otherwise is not None:
        return f"{what}: rewritten with layers of the target, or with a companion"
    hint = f". Workaround: {effect.hint}" if effect.hint else ""
    because = f", because {effect.because}" if effect.because else ""
    return f"{what}: {_refused(change.kind)}{because}{hint}"


def _added(change: Change, effect: Any) -> Words:
    neutral = _LEFT_OUT.format(neutral=value(effect.neutral))
    down = _sentence(neutral, _otherwise(change, effect, "another value"))
    return "The others do not take it.", down, ""


def _acted_upon(change: Change, effect: Any) -> Words:
    down = _sentence(_otherwise(change, effect, "a value that makes a difference"))
    up = _sentence(f"a value that makes a difference: {_refused(change.kind)}")
    return _sentence(f"The others take it and do something else: {effect.because}"), down, up


def _renamed(change: Change, effect: Any) -> Words:
    text = f"Called `{change.key}`, and `{effect.other}` in the others."
    return text, f"Written as `{effect.other}`.", f"Written as `{change.key}`."


def _default(_: Change, effect: Any) -> Words:
    text = f"The default is `{value(effect.since)}`, and `{value(effect.without)}` in the others."
    kept = "Kept as the file has it. "
    return (
        text,
        f"{kept}Where the file does not say it, `{value(effect.since)}` is written out.",
        f"{kept}Where the file does not say it, `{value(effect.without)}` is written out.",
    )


def _cosmetic(_: Change, effect: Any) -> Words:
    text = "The others do not take it. No prediction depends on it"
    return _sentence(f"{text}: {effect.because}"), "Left out.", ""


def _new_class(change: Change, effect: Any) -> Words:
    if isinstance(effect.otherwise, AsCompanion):
        down = f"Written as the companion's `{effect.otherwise.name}`."
    elif effect.otherwise is not None:
        down = "Rewritten with layers of the release, or with a companion."
    else:
        down = _sentence(_otherwise(change, effect, "").removeprefix(": "))
    return "The others do not have it.", down, ""


def _renamed_class(change: Change, effect: Any) -> Words:
    text = f"Called `{effect.other}` in the others."
    return text, f"Written as `{effect.other}`.", f"Written as `{change.names[0]}`."


def _respelt(change: Change, effect: Any) -> Words:
    name = change.names[0]
    other = effect.other(Object(name, {})).class_name
    up = f"Written as `{name}`." if effect.back else ""
    text = f"The others do not have it; their `{other}` is the same for the right arguments."
    return text, f"Written as `{other}`.", up


def _renamed_value(_: Change, effect: Any) -> Words:
    pairs = ", ".join(f"`{ours!r}` is `{theirs!r}`" for ours, theirs in effect.other.items())
    return f"Values are called otherwise in the others: {pairs}.", "Translated.", "Translated."


def _gives(_: Change, effect: Any) -> Words:
    own = f"`{effect.dtype}`" if effect.dtype else "the layer's own dtype"
    what = "Counts" if effect.counts else "Numbers of categories"
    text = f"{what} are of {own}, and of `{effect.without}` in the others."
    return text, f"Cast to {own}.", f"Cast to `{effect.without}`."


def _unchanged(_: Change, effect: Any) -> Words:
    return _sentence(f"No prediction depends on the difference: {effect.because}"), "", ""


def _as_function(change: Change, effect: Any) -> Words:
    where = conditions(effect.neutral) if effect.neutral else ""
    text = f"The others have the function `{effect.function}`, and no class for it."
    down = f"Written as the function where {where}; otherwise {_refused(change.kind)}."
    return text, down if where else "Written as the function.", ""


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
"""The kinds of change that many subjects share; the others say it in their docstrings."""
