"""Layers that no output needs: what ``add_loss`` and ``add_metric`` are given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.graphs import entry, graph, layer, nested

from keraport.analysis.order import layer_order
from keraport.catalog.releases import get_release
from keraport.model import (
    Format,
    Model,
    ModelFile,
    Object,
    Producer,
    StoredBytes,
    Training,
    Weight,
)
from keraport.report import Verdict
from keraport.translate.translation import Translation, translate

TRAINED = Training(optimizer=Object("SGD", {}), loss="mse", metrics=None, settings={})


def weights(name: str) -> tuple[Weight, ...]:
    """Of a Dense of two units that is given four numbers."""
    place = StoredBytes(Path("m.h5"), "/")
    shapes = {"kernel": (4, 2), "bias": (2,)}
    return tuple(
        Weight(f"{name}/{key}:0", shape, "float32", place) for key, shape in shapes.items()
    )


def side(**config: Any) -> Model:
    """``side`` is read by AddLoss alone."""
    branch = layer("side", "in", kind="Dense", units=2)
    branch = replace(branch, weights=weights("side"))
    added = layer("add", "side", kind="AddLoss", unconditional=False, **config)
    main = replace(layer("d", "in", units=2), weights=weights("d"))
    return graph(entry("in"), main, branch, added, outputs=["d"])


def translated(model: Model, target: str, training: Training | None = TRAINED) -> Translation:
    file = ModelFile(Path("m.json"), Format.JSON, Producer(), model, training=training)
    return translate(file, model, get_release("tf2.3"), get_release(target))


def names(found: Translation) -> list[str]:
    assert found.file.model is not None
    return [item.name for item in found.file.model.layers]


def test_tf112_drops_them_and_the_report_says_so() -> None:
    found = translated(side(), "tf1.12")
    assert names(found) == ["in", "d"]
    rows = {row.path: row for row in found.layers}
    assert rows["side"].class_name == "Dense"
    assert rows["add"].class_name == "AddLoss"
    assert rows["side"].verdict is Verdict.EXACT
    assert "side/kernel:0" in rows["side"].notes[0].text
    left_out = " ".join(found.journal.left_out)
    assert "side (side/kernel:0" in left_out
    assert "model.add_loss(...)" in left_out
    assert "the training config" in left_out
    assert found.file.training is None


@pytest.mark.parametrize("target", ["tf1.15", "tf2.3"])
def test_newer_ones_keep_them_behind_the_others(target: str) -> None:
    found = translated(side(), target)
    assert names(found) == ["in", "d", "side", "add"]
    assert found.file.training is not None
    assert found.file.model is not None
    assert [item.name for item in layer_order(found.file.model)] == ["in", "d", "side", "add"]


def test_a_metric_leaves_the_training_config() -> None:
    added = layer("add", "side", kind="AddMetric", aggregation="mean", metric_name="m")
    branch = layer("side", "in", units=2)
    model = graph(entry("in"), layer("d", "in", units=2), branch, added, outputs=["d"])
    found = translated(model, "tf1.12")
    assert names(found) == ["in", "d"]
    assert found.file.training is not None
    assert any("model.add_metric(...)" in line for line in found.journal.left_out)


def test_in_nested_models_and_on_the_way_to_an_output() -> None:
    inner = graph(
        entry("x"),
        layer("on", "x", kind="AddLoss", unconditional=True),
        layer("d", "on", units=2),
        layer("off", "x", units=2),
        outputs=["d"],
        name="inner",
    )
    model = graph(entry("in"), nested(inner, "in"), outputs=["inner:1"])
    found = translated(model, "tf1.12", None)
    assert found.file.model is not None
    there = found.file.model.layer("inner").model
    assert there is not None
    assert [item.class_name for item in there.layers] == ["InputLayer", "Activation", "Dense"]
    rows = {row.path: row for row in found.layers}
    assert "left out" in rows["inner/off"].notes[0].text


def test_inputs_stay() -> None:
    """What is fed does not change, be it that nothing reads it any more."""
    added = layer("add", "unused", kind="AddLoss", unconditional=False)
    model = graph(entry("in"), entry("unused"), layer("d", "in", units=2), added, outputs=["d"])
    assert names(translated(model, "tf1.12")) == ["in", "unused", "d"]
