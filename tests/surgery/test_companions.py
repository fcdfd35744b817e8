"""Layers of a companion on their way back to releases that have the built-in ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from keraport.catalog.api import load_api
from keraport.catalog.releases import get_release
from keraport.companion.write import companion_source
from keraport.model import Layer, Model
from keraport.own.objects import read_objects
from keraport.report import Journal
from keraport.surgery.companions import (
    built_in,
    refuse_other_meanings,
    still_needed,
    with_built_ins,
)

TF23 = load_api("tf2.3")


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("LayerNormalization", "LayerNormalization"),
        ("Conv2DTransposeV2", "Conv2DTranspose"),
        ("swish", "swish"),
        ("RadialConstraint", "RadialConstraint"),
        ("WithoutMask", None),
    ],
)
def test_what_the_release_calls_it(name: str, there: str | None) -> None:
    assert built_in(name, TF23) == there


def test_what_it_lacks_is_still_needed() -> None:
    assert still_needed(["swish", "WithoutMask"], TF23) == {"WithoutMask"}
    assert still_needed(["swish"], load_api("tf1.12")) == {"swish"}


def test_layers_at_any_depth_become_built_in() -> None:
    inner = Layer("norm", "LayerNormalization", {"axis": [1]})
    wrapped = Layer("each", "TimeDistributed", {"layer": Layer("up", "UpSampling2DV2", {})})
    mine = Layer("mine", "DenseV2", {})
    nested = Layer("nested", "Functional", {}, model=Model("nested", "Functional", (inner,)))
    companions = frozenset({"LayerNormalization", "UpSampling2DV2"})
    found = with_built_ins(Model("m", "Functional", (wrapped, nested, mine)), companions, TF23)
    assert found.layers[0].config["layer"].class_name == "UpSampling2D"
    assert found.layers[1].model is not None
    assert found.layers[1].model.layers == (inner,)
    assert found.layers[2].class_name == "DenseV2"  # the user's own


def test_a_companion_is_known_by_its_first_line(tmp_path: Path) -> None:
    path = tmp_path / "out_objects.py"
    text = companion_source(["swish"], tmp_path / "out.h5", get_release("tf1.12"), "load")
    path.write_text(text, encoding="utf-8")
    assert read_objects(path).is_companion
    assert read_objects(path).names == ("swish",)
    path.write_text("def swish(x): pass\n", encoding="utf-8")
    assert not read_objects(path).is_companion


@pytest.mark.parametrize(
    ("name", "target", "refused"),
    [
        ("RandomCrop", "tf2.15", True),
        ("CategoryEncoding", "tf2.15", True),
        ("LayerNormalization", "tf2.15", False),
        ("RandomCrop", "tf2.3", False),
        ("CategoryEncoding", "tf2.3", False),
    ],
)
def test_a_class_that_is_another_one_there_takes_no_place(
    name: str, target: str, refused: bool
) -> None:
    """RandomCrop of TF 2.15 crops first and resizes then: measured, off by 1.06."""
    journal, release = Journal(), get_release(target)
    wrapped = Layer("each", "TimeDistributed", {"layer": Layer("inner", name, {})})
    model = Model("m", "Sequential", (Layer("alone", name, {}), wrapped))
    refuse_other_meanings(model, frozenset({name}), release, load_api(target), journal)
    assert set(journal.layers) == ({"alone", "each/inner"} if refused else set())


def test_what_is_called_otherwise_is_refused() -> None:
    layers = (Layer("soft", "SoftmaxV2", {}), Layer("heads", "MultiHeadAttention", {}))
    model, companions = (
        Model("m", "Functional", layers),
        frozenset(item.class_name for item in layers),
    )
    for release, refused in (("tf2.3", ["soft"]), ("tf2.15", ["soft", "heads"])):
        journal, target = Journal(), get_release(release)
        refuse_other_meanings(model, companions, target, load_api(release), journal)
        assert list(journal.layers) == refused
