"""Marks that releases leave in configs, beside the version string, and when they came and went.

A release that writes a key always writes it, whatever its value, so that a missing key tells as
much as one that is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from keraport.model import Model, Object
from keraport.model.graph import Value, walk
from keraport.records import dataclass

Version: TypeAlias = tuple[int, ...]
"""Major and minor of TensorFlow."""

MARKED = "tf"
"""The line whose releases are told apart by marks."""

FIRST: Version = (0, 0)
LAST: Version = (99, 0)


@dataclass(frozen=True, slots=True)
class Window:
    """The TensorFlow releases that leave a mark, both ends included."""

    since: Version = FIRST
    until: Version = LAST

    def __contains__(self, version: Version) -> bool:
        return self.since <= version <= self.until


ANY = Window()


@dataclass(frozen=True, slots=True)
class Mark:
    """What an object of certain classes tells about the release that wrote it.

    Args:
        classes: class names as files spell them.
        key: of the config, or beside it; empty if the class alone is the mark.
        present: releases that write the key (or the class).
        absent: releases that write the class without the key.
    """

    classes: frozenset[str]
    key: str
    present: Window
    absent: Window = ANY


_CONVOLUTIONS = frozenset({"Conv1D", "Conv2D", "Conv3D"})
_RECURRENT = frozenset({"RNN", "SimpleRNN", "GRU", "LSTM", "ConvLSTM2D"})
_INITIALIZERS = frozenset(
    {"Zeros", "Ones", "Constant", "GlorotUniform", "GlorotNormal", "VarianceScaling", "Orthogonal"}
)
_GLOBAL_POOLING = frozenset(
    f"Global{kind}Pooling{rank}D" for kind in ("Average", "Max") for rank in (1, 2, 3)
)

# From the `get_config` of these classes in the published wheels of TF 1.12 to 2.5 and Keras 2.6 to
# 2.15. TF 2.0 branched off before 1.15 and has no `ragged`.
MARKS: tuple[Mark, ...] = (
    Mark(frozenset({"Functional"}), "", Window(since=(2, 3))),
    Mark(frozenset({"Model"}), "", Window(until=(2, 2))),
    Mark(frozenset({"TFOpLambda", "SlicingOpLambda", "MultiHeadAttention"}), "", Window((2, 4))),
    Mark(frozenset({"TensorFlowOpLayer"}), "", Window((1, 14), (2, 3))),
    Mark(frozenset({"HeNormal", "HeUniform", "LecunNormal", "LecunUniform"}), "", Window((2, 3))),
    Mark(frozenset({"L1", "L2"}), "", Window((2, 3))),
    Mark(frozenset({"BatchNormalizationV1"}), "", Window((1, 13), (1, 13))),
    Mark(frozenset({"CuDNNGRU", "CuDNNLSTM"}), "", Window(until=(1, 15))),
    Mark(frozenset({"LayerNormalization"}), "", Window((1, 14))),
    Mark(frozenset({"InputLayer"}), "ragged", Window((1, 15)), Window(until=(2, 0))),
    Mark(_RECURRENT, "time_major", Window((1, 13)), Window(until=(1, 12))),
    Mark(_CONVOLUTIONS, "groups", Window((2, 3)), Window(until=(2, 2))),
    Mark(_INITIALIZERS, "dtype", Window(until=(1, 15)), Window((2, 0))),
    Mark(_INITIALIZERS, "registered_name", Window((2, 13)), Window(until=(2, 12))),
    Mark(_GLOBAL_POOLING, "keepdims", Window((2, 6)), Window(until=(2, 5))),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A mark found in a file.

    Args:
        text: what was found where.
        window: the releases that would have written it.
    """

    text: str
    window: Window


def findings(model: Model) -> Iterator[Finding]:
    """All marks in a model, in the order of its layers."""
    for path, class_name, keys in objects(model):
        for mark in MARKS:
            if class_name not in mark.classes:
                continue
            if not mark.key:
                yield Finding(f"{path} is of class {class_name}", mark.present)
            elif mark.key in keys:
                yield Finding(f"{class_name} of {path} has {mark.key!r}", mark.present)
            elif mark.absent is not ANY:
                yield Finding(f"{class_name} of {path} has no {mark.key!r}", mark.absent)


def objects(model: Model) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Every model, layer and other object with its path, class, and the keys in and beside it."""
    yield "the model", model.class_name, frozenset(model.settings)
    for path, layer in walk(model):
        if layer.is_keras:
            yield path, layer.class_name, frozenset(layer.config)
        for item in _plain_objects(layer.config):
            inner = item.config if isinstance(item.config, Mapping) else {}
            yield path, item.class_name, frozenset({*inner, *item.extra})


def _plain_objects(value: Value) -> Iterator[Object]:
    """The objects in a config; layers among the values are walked as layers."""
    if isinstance(value, Object):
        yield value
        yield from _plain_objects(value.config)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _plain_objects(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _plain_objects(item)
