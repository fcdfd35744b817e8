"""Who reads whom, told once for all layers of a model."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from keraport.formats import read
from keraport.model import Call, Layer, Model, TensorRef
from keraport.model.graph import walk
from keraport.model.neighbours import givers_of, readers_of

GOLDEN = Path(__file__).parents[1] / "golden" / "tf2.3"
CASES = ["nested_deep", "shared_layers", "sequential_nested", "several_inputs_outputs"]


def given(layer: Layer, model: Model) -> set[str]:
    if model.is_sequential:
        names = [item.name for item in model.layers]
        place = names.index(layer.name)
        return set(names[place - 1 : place]) if place else set()
    return {ref.layer for call in layer.calls for ref in call.refs()}


@pytest.mark.parametrize("name", CASES)
def test_they_are_what_calls_say(name: str) -> None:
    outer = read(GOLDEN / f"{name}.h5").model
    assert outer is not None
    models = [outer, *(layer.model for _, layer in walk(outer) if layer.model is not None)]
    for model in models:
        order = [layer.name for layer in model.layers]
        for layer in model.layers:
            found = [item.name for item in givers_of(layer, model)]
            assert found == [item for item in order if item in given(layer, model)]
            readers = [item.name for item in model.layers if layer.name in given(item, model)]
            assert [item.name for item in readers_of(layer, model)] == readers


def test_time_grows_with_the_model_not_its_square() -> None:
    """20,000 layers took over a minute of asking."""
    refs = [TensorRef(f"d{number}", 0, 0) for number in range(20_000)]
    layers = tuple(
        Layer(f"d{number}", "Dense", {}, (Call([refs[number - 1]]),) if number else ())
        for number in range(20_000)
    )
    model = Model("m", "Functional", layers, [refs[0]], [refs[-1]])
    started = time.process_time()
    for layer in layers:
        readers_of(layer, model)
        givers_of(layer, model)
    assert time.process_time() - started < 5
