"""Training goes on in the target as it does in the source: loss curves of real releases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from training_models.measure import (
    CLOSE,
    PAIRS,
    Row,
    converted,
    losses_of,
    reference,
    run,
    unpack,
    worst,
)

LOST = {
    ("tf1.12", "nadam"): "the product of momentums",
    ("tf1.12", "nadam_embedded"): "the product of momentums",
    ("tf1.12", "rmsprop_decay"): "does not save how many",
    ("keras2.2", "nadam"): "the product of momentums",
    ("keras2.2", "nadam_embedded"): "the product of momentums",
    ("keras2.2", "rmsprop_decay"): "does not save how many",
}
"""What files of a release do not hold: it goes on without it itself, and so does the target."""

BY_CHANCE = {("keras2.2", "rmsprop_decay"): 1e-3}
"""Keras 2.2.4 reads the count of steps before or after it raises it, as it happens."""

STATELESS = frozenset({"sgd"})
"""Optimizers that take the same step whatever they did before."""

LACKING = {
    "tf1.12": ("Ftrl", "Nadam", "RMSprop"),
    "tf2.3": (),
    "tf2.15": ("Lamb",),
    "keras3.15": (),
}
"""Optimizers that a target refuses: it has none, or not with that keyword, or does not restore it.
"""

Measured = Mapping[tuple[str, str], tuple[Row, Mapping[str, Any], Mapping[str, Any]]]


ARCHIVES = frozenset({"tf2.15", "keras3.15"})
"""Sources whose models are taken from archives; from HDF5 only those of `LEGACY`."""

LEGACY = frozenset(
    f"legacy_{name}" for name in ("adam", "nadam", "rmsprop_centered", "sgd_momentum")
)


def is_taken(source: str, name: str, suffix: str) -> bool:
    """Whether a case runs here, in one format; ``tools/measure_training.py`` runs all."""
    if not suffix:
        return name in ("adam", "nadam")
    if source not in ARCHIVES:
        return suffix == ".h5"
    return name in LEGACY if suffix == ".h5" else not name.startswith("legacy_")


@pytest.fixture(scope="module", params=sorted(PAIRS))
def measured(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    runtime_python: Callable[[str], Path],
) -> tuple[str, Measured]:
    """A target, and what became there of the files of its sources."""
    target = request.param
    scratch = tmp_path_factory.mktemp("training")
    rows: dict[tuple[str, str], tuple[Row, Mapping[str, Any], Mapping[str, Any]]] = {}
    for source in PAIRS[target]:
        folder = unpack(source, scratch)
        recorded = losses_of(folder)
        out = scratch / f"from_{source}"
        found = list(converted(folder, target, out, partial(is_taken, source)))
        results = run(runtime_python(target), target, found, scratch)
        for row in found:
            rows[source, row.key] = (row, recorded, results.get(row.key, {}))
    return target, rows


@pytest.mark.runtime(*PAIRS)
def test_loss_curves_go_on(measured: tuple[str, Measured]) -> None:
    target, rows = measured
    off = {}
    for (source, key), (row, recorded, result) in rows.items():
        if not went_on(row):
            continue
        assert "error" not in result, (source, key, result)
        expected = reference(row, recorded, own=(source, row.name) in LOST)
        difference = worst(result["continued"], expected)
        if not difference <= BY_CHANCE.get((source, row.name), CLOSE):
            off[source, key] = difference
    assert not off, target
    assert sum(went_on(row) for row, _, _ in rows.values()) > 20


@pytest.mark.runtime(*PAIRS)
def test_a_fresh_optimizer_does_not(measured: tuple[str, Measured]) -> None:
    target, rows = measured
    same = [
        (source, key)
        for (source, key), (row, recorded, result) in rows.items()
        if went_on(row)
        and row.name not in STATELESS
        and worst(result["fresh"], reference(row, recorded, own=False)) <= CLOSE
    ]
    assert not same, target


@pytest.mark.runtime(*PAIRS)
def test_what_a_file_does_not_hold_is_said(measured: tuple[str, Measured]) -> None:
    _, rows = measured
    for (source, key), (row, _, _) in rows.items():
        if (source, row.name) in LOST and went_on(row):
            assert any(LOST[source, row.name] in text for _, text in row.said), (source, key)


@pytest.mark.runtime(*PAIRS)
def test_optimizers_that_both_have_are_not_refused(measured: tuple[str, Measured]) -> None:
    target, rows = measured
    for (source, _), (row, recorded, _) in rows.items():
        if row.refused:
            assert recorded[row.name]["class"] in LACKING[target], (source, row.name, row.refused)


def went_on(row: Row) -> bool:
    """Whether a file was converted, and the report promises that training is the same."""
    return (
        not row.refused
        and not row.is_approximate
        and not any("state of" in text for text in row.left_out)
    )
