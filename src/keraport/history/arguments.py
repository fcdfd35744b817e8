"""The arguments of a class: in which releases, with which defaults."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from keraport.catalog.api import ClassSpec, Expression, Kind
from keraport.catalog.releases import Release
from keraport.history.facts import Argument, How, Setting
from keraport.records import dataclass

_OF_ALL: Mapping[Kind, frozenset[str]] = {
    Kind.LAYER: frozenset({"name", "trainable", "dtype", "dynamic", "autocast", "weights"})
    | {"input_shape", "batch_input_shape", "batch_size", "input_dtype", "input_dim"}
    | {"input_length", "activity_regularizer"},
}
"""Kind: what all of them take through ``**kwargs``, which is told of where a signature has it."""

_NAMES = frozenset({"name", "trainable"})
"""Arguments of every object that no two releases differ in."""


@dataclass(frozen=True, slots=True)
class Given:
    """How one release takes an argument."""

    how: How
    default: Any = None


def arguments(kind: Kind, specs: Mapping[Release, ClassSpec]) -> tuple[Argument, ...]:
    """The arguments of a class.

    Args:
        kind: what it is.
        specs: the class in each release that has it, in the order of the releases.

    Returns:
        What the newest release has, in the order of its signature; then what is left.
    """
    wanted = told_of(kind, specs.values())
    rows = {release: given(spec, wanted) for release, spec in specs.items() if is_described(spec)}
    newest_first = list(rows.items())[::-1]
    names = dict.fromkeys(name for _, row in newest_first for name in row)
    return tuple(
        Argument(name, _settings({r: row[name] for r, row in rows.items() if name in row}))
        for name in sorted(names, key=lambda name: _place(name, [row for _, row in newest_first]))
    )


def is_described(spec: ClassSpec) -> bool:
    """False for functions that Keras takes from TensorFlow: the catalog has their names alone."""
    return bool(spec.parameters) or not spec.is_function


def told_of(kind: Kind, specs: Iterable[ClassSpec]) -> frozenset[str]:
    """What is told of where it can only be given through ``**kwargs``.

    Args:
        kind: what the class is.
        specs: the class in the releases that are compared.

    Returns:
        What some signature names, and what configs have beyond what every class of the kind takes.
    """
    every = tuple(specs)
    signed = {name for spec in every for name in spec.parameters}
    saved = {name for spec in every for name in spec.config_keys}
    return frozenset(signed | (saved - _OF_ALL.get(kind, _NAMES)))


def given(spec: ClassSpec, wanted: Collection[str] = ()) -> dict[str, Given]:
    """How a release takes each argument of a class, in the order of its signature.

    Args:
        spec: the class in that release.
        wanted: what is told of if it can only be given through ``**kwargs``.
    """
    found = {
        name: Given(How.REQUIRED) if item.required else Given(How.DEFAULT, item.default)
        for name, item in spec.parameters.items()
        if name not in _NAMES
    }
    for name in sorted((spec.keywords & set(wanted)) - _NAMES - found.keys()):
        found[name] = Given(How.KEYWORD)
    return found


def _place(name: str, newest_first: list[dict[str, Given]]) -> tuple[int, int]:
    """Where an argument stands: by the newest release whose signature has it."""
    for age, row in enumerate(newest_first):
        if name in row and row[name].how is not How.KEYWORD:
            return age, list(row).index(name)
    return len(newest_first), 0


def _settings(rows: Mapping[Release, Given]) -> tuple[Setting, ...]:
    grouped: dict[str, list[Release]] = {}
    first: dict[str, Given] = {}
    for release, row in rows.items():
        key = f"{row.how} {comparable(row.default)}"
        grouped.setdefault(key, []).append(release)
        first.setdefault(key, row)
    return tuple(
        Setting(first[key].how, first[key].default, tuple(releases))
        for key, releases in grouped.items()
    )


def comparable(default: Any) -> str:
    """The same text for defaults that mean the same: 0 and 0.0, but not False; 1 and [1, 1]."""
    if isinstance(default, Expression):
        # `_keras.float32` and `tf.float32` are spelt as the module has imported it.
        return f"expression {default.source.rpartition('.')[2]}"
    if isinstance(default, float) and default.is_integer():
        default = int(default)
    while isinstance(default, list) and default and all(item == default[0] for item in default):
        default = default[0]
    # Initializers are found by `zeros` and by `Zeros`.
    return json.dumps(default, sort_keys=True).lower()


def moved(before: Given, after: Given) -> bool:
    """True if both have a default, and another one."""
    both = before.how is How.DEFAULT and after.how is How.DEFAULT
    return both and comparable(before.default) != comparable(after.default)
