"""Operations of Keras 3 in the words of another release of it: what their constructors take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from keraport.catalog.operation_classes import Keywords, operation_classes
from keraport.catalog.releases import Release
from keraport.model import OPERATIONS, Layer, Model
from keraport.report import Journal, Note, Verdict

_OPERATIONS: Final = "has-operations"
_MODULES: Final = "keras.src.ops."
_NAME: Final = "name"
_HINT: Final = "rebuild the model with layers in the place of the operation"


def in_words_of_target(model: Model, source: Release, target: Release, journal: Journal) -> Model:
    """The model with the keywords of its operations that the target takes.

    A name that it does not take is left out: operations are found by the name beside their config
    (``functional_from_config``), and its own files do not say it either.

    Args:
        model: as the target will load it.
        source: the release that wrote it; nothing is done but between releases of Keras 3.
        target: the release to be written for.
        journal: is told what is refused.
    """
    if not (source.has(_OPERATIONS) and target.has(_OPERATIONS)):
        return model
    known, there = operation_classes(source.id), operation_classes(target.id)
    if not known or not there or known is there:
        return model
    return _model(model, known, there, target, journal, "")


def _model(
    model: Model,
    known: Mapping[str, Keywords],
    there: Mapping[str, Keywords],
    target: Release,
    journal: Journal,
    prefix: str,
) -> Model:
    layers = []
    for layer in model.layers:
        path = f"{prefix}{layer.name}"
        if layer.model is not None:
            inner = _model(layer.model, known, there, target, journal, f"{path}/")
            layers.append(replace(layer, model=inner))
        else:
            layers.append(_operation(layer, known, there, target, journal, path))
    return replace(model, layers=tuple(layers))


def _operation(
    layer: Layer,
    known: Mapping[str, Keywords],
    there: Mapping[str, Keywords],
    target: Release,
    journal: Journal,
    path: str,
) -> Layer:
    module = str(layer.extra.get("module"))
    name = f"{module.removeprefix(_MODULES)}.{layer.class_name}"
    # A companion's operation is of no module of Keras.
    if layer.package != OPERATIONS or name not in known:
        return layer
    if name not in there:
        text = f"{target} has no operation {name}"
        journal.note(path, Note(Verdict.REFUSED, text, _HINT))
        return layer
    taken, config = there[name], dict(layer.config)
    for key in [key for key in config if key not in taken]:
        value = config.pop(key)
        if key != _NAME and not _is_default(value, known[name].get(key, ())):
            text = (
                f"{key}={str(value)[:60]}: operation {name} of {target} does not have this keyword"
            )
            journal.note(path, Note(Verdict.REFUSED, text, _HINT))
    missing = [key for key, default in taken.items() if not default and key not in config]
    if missing:
        text = f"operation {name} of {target} requires {', '.join(missing)}"
        journal.note(path, Note(Verdict.REFUSED, text, _HINT))
    return replace(layer, config=config)


def _is_default(value: Any, default: Any) -> bool:
    """True for what the keyword means where it is not given; lists stand for tuples."""
    same = [list(item) if isinstance(item, tuple) else item for item in default]
    return list(same) == [value]
