"""Up to the neutral form and down to the same release gives the same model back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.passes.conftest import call, entry, graph, layer, nested

from keraport.catalog.api import load_api
from keraport.catalog.releases import get_release
from keraport.dialects import dump_model, dump_training
from keraport.errors import DamagedFileError
from keraport.formats import read
from keraport.model import ModelFile
from keraport.passes.legalise import Legality
from keraport.passes.lower import Lowering, lower_model
from keraport.passes.lower_training import lower_training
from keraport.passes.masks import masked_layers
from keraport.passes.normalise import normalise
from keraport.passes.shapes import infer_shapes
from keraport.passes.translate import translate
from keraport.report import Journal, Verdict

GOLDEN = sorted((Path(__file__).parents[1] / "golden" / "tf2.3").glob("*.h5"))
TF23 = get_release("tf2.3")

ADDED = {"sample_weight_mode": None, "loss_weights": None, "weighted_metrics": None}
"""Keys that other loaders read without asking whether they are there."""


def both_ways(file: ModelFile) -> tuple[ModelFile, Journal]:
    assert file.model is not None
    journal = Journal()
    neutral, training = normalise(file.model, file.training, TF23)
    api = load_api("tf2.3")
    lowering = Lowering(
        source=TF23,
        target=TF23,
        api=api,
        journal=journal,
        shapes=infer_shapes(neutral),
        masks=masked_layers(neutral, api),
    )
    lowered = lower_model(neutral, lowering)
    legality = Legality(TF23, api, journal)
    again = lower_training(training, lowered, lowering, legality)
    return replace(file, model=lowered, training=again), journal


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_model_comes_back_as_it_was(path: Path) -> None:
    file = read(path)
    again, journal = both_ways(file)
    assert again.model == file.model
    assert again.model is not None
    assert file.model is not None
    assert dump_model(again.model) == dump_model(file.model)
    assert journal.layers == {}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_its_training_comes_back_as_it_was(path: Path) -> None:
    file = read(path)
    again, journal = both_ways(file)
    if file.training is None:
        assert again.training is None
        return
    assert again.training is not None, journal.left_out
    before = {**ADDED, **dump_training(file.training)}
    assert dump_training(again.training) == before
    assert journal.training == []


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_converting_to_the_same_release_changes_no_layer(path: Path) -> None:
    file = read(path)
    assert file.model is not None
    found = translate(file, file.model, TF23, TF23)
    assert {row.verdict for row in found.layers} == {Verdict.UNCHANGED}
    assert sorted(group.layer for group in found.file.groups) == sorted(
        group.layer for group in file.groups
    )
    stored = {weight.name: weight.stored for group in file.groups for weight in group.weights}
    kept = {weight.name: weight.stored for group in found.file.groups for weight in group.weights}
    assert kept == stored


CONTRADICTIONS = {
    "a layer that is not there": graph(entry("in"), layer("d", "gone"), outputs=["d"]),
    "a call that is not there": graph(entry("in"), layer("d", "in:1"), outputs=["d"]),
    "an output of nobody": graph(entry("in"), layer("d", "in"), outputs=["gone"]),
    "an output of a later call": graph(entry("in"), layer("d", "in"), outputs=["d:1"]),
    "a negative call": graph(entry("in"), layer("d", "in:-1"), outputs=["d"]),
    "in an argument": graph(
        entry("in"), layer("d", call("in", mask=layer("x", "y").calls[0].inputs)), outputs=["d"]
    ),
    "inside": graph(
        entry("in"),
        nested(graph(entry("x"), layer("d", "gone"), outputs=["d"], name="inner"), "in"),
        outputs=["inner:1"],
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_graph_that_contradicts_itself(name: str) -> None:
    with pytest.raises(DamagedFileError, match="which is not there") as caught:
        normalise(CONTRADICTIONS[name], None, TF23)
    assert "model 'model'" in caught.value.message or "model 'inner'" in caught.value.message
    assert caught.value.hint


def test_a_sound_graph() -> None:
    model = graph(entry("in"), layer("d", "in", "d"), outputs=["d:1"])
    assert normalise(model, None, TF23) == (model, None)
