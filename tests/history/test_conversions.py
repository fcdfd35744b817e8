"""What is told of conversions is what conversions of real models do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from keraport.catalog.api import Kind
from keraport.catalog.releases import get_release
from keraport.convert import plan
from keraport.errors import RefusedError
from keraport.history.compare import compare_class
from keraport.report import LayerReport, Report, Verdict

MODELS = sorted((Path(__file__).parents[1] / "golden" / "tf2.3").glob("*.h5"))
SOURCE, TARGET = get_release("tf2.3"), get_release("tf1.12")


@pytest.fixture(scope="module")
def layers() -> tuple[LayerReport, ...]:
    """What becomes of every layer of the models that TensorFlow 2.3 saved, for 1.12."""
    return tuple(_layers())


def _layers() -> Iterator[LayerReport]:
    for model in MODELS:
        report: Report | None
        try:
            report = plan(model, TARGET.id, from_=SOURCE.id).report
        except RefusedError as refused:
            report = refused.report
        yield from report.layers if report is not None else ()


def test_layers_that_the_target_lacks_go_where_the_history_says(
    layers: tuple[LayerReport, ...],
) -> None:
    seen: Counter[str] = Counter()
    for layer in layers:
        found = compare_class(Kind.LAYER, layer.class_name, SOURCE, TARGET)
        if found.known != (True, False):
            continue
        # A cast of the companion may stand before any layer.
        own = [n.text for n in layer.notes if n.text.startswith(layer.class_name)]
        if layer.verdict is Verdict.REFUSED:
            word = "efused"
        elif any("of the companion" in text for text in own):
            word = "companion"
        else:
            word = "ritten"
        seen[word] += 1
        assert word in found.outcome or found.refusals, (layer, found.outcome)
    # Guards the loop above.
    assert seen["companion"] > 300
    assert seen["ritten"] > 100


def test_what_the_history_calls_unchanged_is_not_rewritten(
    layers: tuple[LayerReport, ...],
) -> None:
    """But for objects in its config, and by what concerns every layer."""
    alike = 0
    for layer in layers:
        found = compare_class(Kind.LAYER, layer.class_name, SOURCE, TARGET)
        if found.known != (True, True) or found.differs:
            continue
        alike += 1
        about_itself = [note.text for note in layer.notes if note.text.startswith(layer.class_name)]
        assert about_itself == [], layer
    assert alike > 300
