"""How a model was compiled: ``training_config`` of HDF5 files, ``compile_config`` of archives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from keraport.dialects.graph import parse_value
from keraport.dialects.plain import dump_value
from keraport.errors import DamagedFileError
from keraport.model import Object, Training, Value

OPTIMIZERS: Final[Mapping[str, str]] = {
    name.lower(): name
    for name in (
        *("Adadelta", "Adafactor", "Adagrad", "Adam", "Adamax", "AdamW", "Ftrl", "Lion", "Nadam"),
        *("RMSprop", "SGD"),
    )
}
"""What ``compile(optimizer="...")`` makes, by the name in small letters
(``optimizers.deserialize``)."""

_TRAINING_KEYS: Final = frozenset({"optimizer_config", "loss", "metrics"})
_COMPILE_SETTINGS: Final = ("loss_weights", "weighted_metrics")


def parse_training(document: Value) -> Training:
    """What ``training_config`` says.

    Raises:
        DamagedFileError: it is no JSON object.
    """
    if not isinstance(document, dict):
        raise DamagedFileError(
            f"training_config is {type(document).__name__}, expected an object",
            hint="save the model again, or with include_optimizer=False",
        )
    optimizer = parse_value(document.get("optimizer_config"))
    return Training(
        optimizer=optimizer if isinstance(optimizer, Object) else None,
        loss=parse_value(document.get("loss")),
        metrics=parse_value(document.get("metrics")),
        settings={
            key: parse_value(value) for key, value in document.items() if key not in _TRAINING_KEYS
        },
    )


def parse_compiled(document: Value) -> Training | None:
    """What ``compile_config`` says; None if the model was not compiled."""
    compiled = parse_value(document)
    if not isinstance(compiled, Mapping) or compiled.get("optimizer") is None:
        return None
    optimizer = compiled["optimizer"]
    if isinstance(optimizer, str):
        # Given to compile() by name, so it has all its defaults.
        optimizer = Object(OPTIMIZERS.get(optimizer.lower(), optimizer), {})
    return Training(
        optimizer=optimizer if isinstance(optimizer, Object) else None,
        loss=compiled.get("loss"),
        metrics=compiled.get("metrics"),
        settings={key: compiled.get(key) for key in _COMPILE_SETTINGS if key in compiled},
    )


def dump_training(training: Training) -> dict[str, Any]:
    """The ``training_config`` document; inverse of `parse_training`."""
    return {
        "loss": dump_value(training.loss),
        "metrics": dump_value(training.metrics),
        **dump_value(training.settings),
        "optimizer_config": dump_value(training.optimizer),
    }
