"""Masks that attention of Keras 3.10 and later takes away: models of ``masked_attention``.

They were saved by Keras 3.15.1 (``tools/build_masked_attention.py``).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from keraport.catalog.releases import get_release
from keraport.history.refusals import row_of
from keraport.planning import plan
from keraport.report import Verdict
from keraport.runtimes import RuntimePool
from matrix.measuring.results import GOOD, Ledger
from matrix.measuring.run import measure

MODELS = Path(__file__).with_name("masked_attention")
REFUSED = {"called_twice": "MultiHeadAttention", "gated": "Multiply"}
"""Models that cannot be carried over, and the class that is refused."""


@pytest.mark.runtime("tf1.12", "tf2.15")
@pytest.mark.parametrize("target", ["tf1.12", "tf2.15"])
def test_they_predict_the_same(target: str, runtimes: RuntimePool, tmp_path: Path) -> None:
    models = [path for path in sorted(MODELS.glob("*.keras")) if path.stem not in REFUSED]
    assert len(models) == 7
    files = [(path, path.with_suffix(".npz"), "") for path in models]
    ledger = Ledger(tmp_path / "ledger.jsonl")
    found = measure("keras3.15", target, files, tmp_path, ledger, runtimes[target], as_is=False)
    assert not [one.line() for one in found if one.kind not in GOOD]


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_told_is_refused(name: str) -> None:
    refused = [
        (row.class_name, note.text)
        for row in plan(MODELS / f"{name}.keras", "tf2.15").report.refusals
        for note in row.notes
        if note.verdict is Verdict.REFUSED
    ]
    assert {class_name for class_name, _ in refused} == {REFUSED[name]}
    assert all(row_of(*one, get_release("tf2.15")) is not None for one in refused)
