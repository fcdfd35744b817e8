"""Classes that are the user's own are refused by name, with what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.passes.conftest import entry, graph, layer, nested, stack

from keraport.catalog.api import load_api
from keraport.model import Layer, Model, StoredBytes, Weight
from keraport.passes.custom import refuse_unknown
from keraport.report import Journal, Note, Verdict

PLACE = StoredBytes(Path("model.h5"), "/")
KERNEL = Weight("mine/kernel:0", (4, 2), "float32", PLACE)
MINE = Layer("mine", "Mine", {"name": "mine", "units": 2}, weights=(KERNEL,))


def refused(model: Model, *custom: str, release: str = "tf2.3") -> dict[str, list[Note]]:
    journal = Journal()
    refuse_unknown(model, load_api(release), journal, frozenset(custom))
    return journal.layers


def test_a_class_of_ones_own() -> None:
    found = refused(stack(entry("in"), MINE))
    assert list(found) == ["mine"]
    (note,) = found["mine"]
    assert note.verdict is Verdict.REFUSED
    assert note.text == (
        "Mine is no class of tf2.3, so it is your own; config: units=2; "
        "weights: mine/kernel:0 [4, 2]"
    )
    assert "class Mine" in note.hint
    assert "--objects FILE.py" in note.hint


def test_without_keywords_and_weights() -> None:
    (note,) = refused(stack(layer("mine", kind="Mine", trainable=True)))["mine"]
    assert note.text.endswith("config: no keywords; weights: none")


def test_a_class_that_the_user_defines() -> None:
    (note,) = refused(stack(MINE), "Mine")["mine"]
    assert note.verdict is Verdict.UNCHANGED
    assert "your own file" in note.text


@pytest.mark.parametrize("release", ["tf1.12", "tf1.15", "tf2.3"])
def test_built_in_classes(release: str) -> None:
    model = graph(entry("in"), layer("d", "in"), outputs=["d"])
    assert refused(model, release=release) == {}


def test_at_any_depth() -> None:
    inner = graph(entry("x"), layer("mine", "x", kind="Mine"), outputs=["mine"], name="inner")
    wrapped = layer("td", kind="TimeDistributed", layer=layer("also", kind="Also"))
    rnn = layer("rnn", kind="RNN", cell=[layer("cell", kind="MyCell")])
    model = stack(nested(inner), wrapped, rnn)
    assert list(refused(model)) == ["inner/mine", "td/also", "rnn/cell"]


def test_a_subclassed_model_is_none_of_its_business() -> None:
    """A model is a graph whatever its class is called; the target's catalog is asked later."""
    model = nested(graph(entry("x"), outputs=["x"], name="inner"))
    assert refused(stack(model)) == {}
