"""Training goes on in the target as it does in the source: loss curves of real releases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    ("tf1.12", "nadam"): "the product of its momentums",
    ("tf1.12", "nadam_embedded"): "the product of its momentums",
    ("tf1.12", "rmsprop_decay"): "the count of steps",
    ("keras2.2", "nadam"): "the product of its momentums",
    ("keras2.2", "nadam_embedded"): "the product of its momentums",
    ("keras2.2", "rmsprop_decay"): "the count of steps",
}
"""What files of a release do not hold: it goes on without it itself, and so does the target."""

STATELESS = frozenset({"sgd"})
"""Optimizers that take the same step whatever they did before."""

CONSTANT = frozenset({"adam_exponential", "sgd_piecewise"})
"""Schedules that TensorFlow 1.12 does not have: the learning rate stays what it was."""

Measured = Mapping[tuple[str, str], tuple[Row, Mapping[str, Any], Mapping[str, Any]]]


def is_taken(name: str, suffix: str) -> bool:
    """Whether a case runs here: each in one format, and some in another one; see
    ``tools/measure_training.py`` for all."""
    if suffix:
        return name.startswith("legacy_") is False or suffix == ".h5"
    return name in ("adam", "nadam")


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
        found = list(converted(folder, target, scratch / f"from_{source}", is_taken))
        results = run(runtime_python(target), target, found, scratch)
        for row in found:
            rows[source, row.key] = (row, recorded, results.get(row.key, {}))
    return target, rows


@pytest.mark.runtime(*PAIRS)
def test_loss_curves_go_on(measured: tuple[str, Measured]) -> None:
    target, rows = measured
    off = {}
    for (source, key), (row, recorded, result) in rows.items():
        if row.refused or row.is_approximate:
            continue
        assert "error" not in result, (source, key, result)
        expected = reference(row, recorded, own=(source, row.name) in LOST)
        difference = worst(result["continued"], expected)
        if not difference <= CLOSE:
            off[source, key] = difference
    assert not off, target
