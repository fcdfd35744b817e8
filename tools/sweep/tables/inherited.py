"""The families of TensorFlow 2.3's layers that Keras 3.15 has as well, in its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from coverage.case import Family, Object
from coverage.tables import FAMILIES
from coverage.tables.common import MIXED

GONE = frozenset(
    {
        *("ThresholdedReLU", "LocallyConnected1D", "LocallyConnected2D", "CategoryCrossing"),
        *("DenseFeatures", "RandomHeight", "RandomWidth", "RandomFourierFeatures"),
        "SyncBatchNormalization",
    }
)
"""Layers that Keras 3.15 has no more."""

ANEW = frozenset(
    {
        *("CategoryEncoding", "Discretization", "Hashing", "IntegerLookup", "StringLookup"),
        *("TextVectorization", "RandomContrast", "RandomFlip", "RandomRotation"),
        *("RandomTranslation", "RandomZoom", "RandomCrop"),
    }
)
"""Layers whose arguments changed so much that `sweep.tables` says them anew."""

WITHOUT = frozenset(
    {
        *("dynamic", "fused", "virtual_batch_size", "causal", "time_major", "input_length"),
        "reverse_state_order",
    }
)
"""Arguments that Keras 3.15 has no more."""

RENAMED = {("LeakyReLU", "alpha"): "negative_slope"}
"""Class, argument in TensorFlow 2.3: in Keras 3.15."""

NEEDED: dict[str, dict[str, Any]] = {
    f"AveragePooling{rank}D": {"pool_size": 2} for rank in (1, 2, 3)
}
"""Arguments without a default in Keras 3.15."""


def inherited() -> Iterator[Family]:
    """The families; one whose base cannot be said any more is left out."""
    for family in FAMILIES:
        name = family.layer.rpartition(".")[2]
        if name in GONE | ANEW or not _said(family.base):
            continue
        yield replace(
            family,
            layer=name,
            base={**NEEDED.get(name, {}), **_spelled(name, family.base)},
            values=_values(name, family.values),
            crossed=tuple(
                tuple(RENAMED.get((name, key), key) for key in keys)
                for keys in family.crossed
                if not WITHOUT & set(keys)
            ),
            rows=tuple(_spelled(name, row) for row in family.rows if _said(row)),
        )


def _values(name: str, values: dict[str, tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
    found = {}
    for key, items in values.items():
        if key not in WITHOUT:
            kept = tuple(_value(item) for item in items if _said(item))
            found[RENAMED.get((name, key), key)] = kept
    return found


def _spelled(name: str, row: dict[str, Any]) -> dict[str, Any]:
    return {RENAMED.get((name, key), key): _value(item) for key, item in row.items()}


def _value(item: Any) -> Any:
    """A policy by its name: Keras 3.15 writes its config otherwise."""
    return "mixed_float16" if item == MIXED else item


def _said(item: Any) -> bool:
    """Whether no argument in it is gone."""
    if isinstance(item, Object):
        return _said(item.keywords) and item.name not in GONE
    if isinstance(item, dict):
        return not WITHOUT & set(item) and all(map(_said, item.values()))
    if isinstance(item, (list, tuple)):
        return all(map(_said, item))
    return True
