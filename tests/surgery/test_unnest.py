"""Nested models taken apart: names, weights and the paths of notes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.graphs import call, computed, entry, graph, layer, nested, stack

from keraport.catalog.releases import get_release
from keraport.model import Layer, Model, StoredBytes, Weight
from keraport.report import Journal, Note, Verdict
from keraport.surgery.unnest import Unnested, unnest

NEW, OLD = get_release("tf2.3"), get_release("tf1.12")


def weights(*names: str) -> tuple[Weight, ...]:
    return tuple(
        Weight(f"{name}:0", (3,), "float32", StoredBytes(Path("m.h5"), name)) for name in names
    )


def norm(name: str, *calls: str, **config: Any) -> Layer:
    return layer(name, *calls, kind="BatchNormalization", **config)


def masking(name: str, *calls: str) -> Layer:
    return layer(name, *calls, kind="Masking")


def apart(model: Model, journal: Journal | None = None) -> Unnested:
    return unnest(model, NEW, OLD, journal or Journal())


def names_of(model: Model) -> dict[str, list[str]]:
    return {la.name: [w.name.removesuffix(":0") for w in la.weights] for la in model.layers}


INNER = graph(
    entry("x"), layer("d", "x"), norm("n", "d"), layer("e", "n"), outputs=["e"], name="inner"
)
"""Trainable weights come before the others: that is how Keras lists those of a model."""
INNER_WEIGHTS = (
    *("d/kernel", "d/bias", "n/gamma", "n/beta", "e/kernel", "e/bias"),
    *("n/moving_mean", "n/moving_variance"),
)


def masked(part: Model, *names: str, **more: Any) -> Model:
    held = replace(nested(part, "mask"), weights=weights(*names))
    return graph(entry("in"), masking("mask", "in"), held, outputs=[f"{part.name}:1"], **more)


def test_every_layer_gets_its_own_weights() -> None:
    found = apart(masked(INNER, *INNER_WEIGHTS)).model
    assert names_of(found) == {
        "in": [],
        "mask": [],
        "d": ["d/kernel", "d/bias"],
        "n": ["n/gamma", "n/beta", "n/moving_mean", "n/moving_variance"],
        "inner": ["e/kernel", "e/bias"],
    }


def test_what_is_computed_stays() -> None:
    model = masked(graph(*(keyed(la) for la in INNER.layers), outputs=["e"], name="inner"))
    found = apart(model).model
    assert computed(found, ["t"]) == computed(model, ["t"])


def keyed(part: Layer) -> Layer:
    return part.with_config({**part.config, "key": part.name})


def test_frozen_layers_stand_with_the_other_weights() -> None:
    part = graph(
        entry("x"),
        layer("d", "x", trainable=False),
        norm("n", "d"),
        layer("e", "n"),
        outputs=["e"],
        name="inner",
    )
    listed = ("n/gamma", "n/beta", "e/kernel", "e/bias", "d/kernel", "d/bias")
    found = apart(masked(part, *listed, "n/moving_mean", "n/moving_variance")).model
    assert names_of(found)["d"] == ["d/kernel", "d/bias"]
    assert names_of(found)["n"][-2:] == ["n/moving_mean", "n/moving_variance"]


def test_both_directions_of_a_bidirectional() -> None:
    wrapped = layer("lstm", kind="LSTM", return_sequences=True)
    both = layer("b", "x", kind="Bidirectional", layer=wrapped)
    part = graph(entry("x"), both, layer("e", "b"), outputs=["e"], name="inner")
    listed = [f"{side}/{name}" for side in ("f", "b") for name in VARIABLES]
    found = apart(masked(part, *listed, "e/kernel", "e/bias")).model
    assert names_of(found)["b"] == listed
    assert names_of(found)["inner"] == ["e/kernel", "e/bias"]


VARIABLES = ("kernel", "recurrent_kernel", "bias")


def test_a_model_in_a_model_goes_all_the_way() -> None:
    middle = graph(
        entry("y"), nested(INNER, "y"), layer("after", "inner:1"), outputs=["after"], name="middle"
    )
    first = INNER_WEIGHTS[:6]
    found = apart(masked(middle, *first, "after/kernel", "after/bias", *INNER_WEIGHTS[6:]))
    assert names_of(found.model)["n"] == ["n/gamma", "n/beta", *INNER_WEIGHTS[6:]]
    assert names_of(found.model)["middle"] == ["after/kernel", "after/bias"]
    assert found.moved["middle/inner/n"] == "n"
    assert found.moved["middle/after"] == "middle"


def test_only_the_model_that_needs_it_is_taken_apart() -> None:
    """The mask is made and used up inside ``middle``, which may stay."""
    middle = graph(
        entry("y"),
        masking("m", "y"),
        norm("before", "m"),
        nested(INNER, "before"),
        layer("r", "inner:1", kind="SimpleRNN"),
        outputs=["r"],
        name="middle",
    )
    listed = (
        *("before/gamma", "before/beta", *INNER_WEIGHTS[:6]),
        *("r/kernel", "r/recurrent_kernel", "r/bias"),
        *("before/moving_mean", "before/moving_variance", *INNER_WEIGHTS[6:]),
    )
    held = replace(nested(middle, "in"), weights=weights(*listed))
    found = apart(graph(entry("in"), held, outputs=["middle:1"]))
    kept = found.model.layer("middle")
    assert kept.model is not None
    assert [part.name for part in kept.model.layers] == ["y", "m", "before", "d", "n", "e", "r"]
    assert names_of(found.model)["middle"] == list(listed)
    assert found.moved["middle/inner/d"] == "middle/d"


def test_a_stack_in_a_stack_stays_a_stack() -> None:
    part = stack(layer("d"), layer("e"), name="inner")
    model = stack(
        layer("embed", kind="Embedding", mask_zero=True), nested(part), layer("d"), name="outer"
    )
    found = apart(model).model
    assert found.is_sequential
    assert [la.name for la in found.layers] == ["embed", "inner_d", "e", "d"]


def unknown(part: Model, *names: str) -> list[Note]:
    journal = Journal()
    model = masked(part, *names)
    found = apart(model, journal)
    assert found.model.layer(part.name) == model.layer(part.name)
    assert found.moved == {}
    return [note for note in journal.layers[part.name] if note.verdict is Verdict.REFUSED]


OWN = graph(
    entry("x"), layer("d", "x"), layer("mine", "d", kind="Mine"), outputs=["mine"], name="inner"
)


@pytest.mark.parametrize(
    ("part", "names"),
    [
        (OWN, ("d/kernel", "d/bias", "mine/w")),
        (INNER, INNER_WEIGHTS[:4]),
        (INNER, (*INNER_WEIGHTS[1::-1], *INNER_WEIGHTS[2:])),
    ],
    ids=["a class of one's own", "too few weights", "other names"],
)
def test_weights_that_cannot_be_told_apart_are_refused(part: Model, names: tuple[str, ...]) -> None:
    (note,) = unknown(part, *names)
    assert "which weights belong to which layer is ambiguous" in note.text
    assert note.hint


def test_an_architecture_without_weights_needs_no_order() -> None:
    found = apart(masked(OWN))
    assert [la.name for la in found.model.layers] == ["in", "mask", "d", "inner"]


def test_notes_stand_under_the_paths_of_the_source() -> None:
    found = apart(masked(INNER, *INNER_WEIGHTS))
    notes, journal = Journal(), Journal()
    for path in ("inner", "n", "n/deeper", "mask"):
        notes.note(path, Note(Verdict.EXACT, path))
    found.tell(notes, journal)
    assert {path: note.text for path, (note,) in journal.layers.items()} == {
        "inner/e": "inner",
        "inner/n": "n",
        "inner/n/deeper": "n/deeper",
        "mask": "mask",
    }


def test_a_shared_model_becomes_shared_layers() -> None:
    part = graph(*(keyed(la) for la in INNER.layers), outputs=["e"], name="inner")
    model = graph(
        entry("in"),
        masking("mask", "in"),
        nested(part, "mask", "in"),
        layer("sum", call("inner:1", "inner:2"), kind="Add"),
        outputs=["sum"],
    )
    found = apart(model).model
    assert [len(found.layer(name).calls) for name in ("d", "n", "inner")] == [2, 2, 2]
    assert computed(found, ["t"]) == computed(model, ["t"])


def test_calls_that_multiply_without_end_are_refused() -> None:
    """Each model calls the one inside it ten times over: as layers they are called 10^7 times."""
    part = INNER
    for depth in range(7):
        calls = [f"{part.name}:{use}" if use else "x" for use in range(10)]
        part = graph(entry("x"), nested(part, *calls), outputs=[calls[-1]], name=f"m{depth}")
    journal = Journal()
    unnest(masked(part), NEW, OLD, journal)
    refused = [n for notes in journal.layers.values() for n in notes if n.hint]
    assert any("calls of layers" in note.text for note in refused)


def test_nothing_is_done_between_releases_that_agree() -> None:
    model = masked(INNER, *INNER_WEIGHTS)
    assert unnest(model, NEW, NEW, Journal()) == Unnested(model)


@pytest.mark.parametrize(
    ("given", "dtype", "cast"),
    [
        ("float32", "int64", True),
        ("float32", "float16", True),
        ("float32", "float64", False),
        ("int8", "float32", True),
        ("float32", "float32", False),
    ],
)
def test_what_an_input_casts_is_cast_before(given: str, dtype: str, *, cast: bool) -> None:
    """TF 2.3 casts at the door of a nested model; taken apart, there is no door."""
    inner = graph(entry("x", dtype=dtype), norm("n", "x", dtype=dtype), outputs=["n"], name="inner")
    mask = masking("mask", "in")
    model = graph(entry("in", 5, dtype=given), mask, nested(inner, "mask"), outputs=["inner:1"])
    journal = Journal()
    found = apart(model, journal)
    notes = [note for many in journal.layers.values() for note in many]
    assert not any(note.verdict is Verdict.REFUSED for note in notes)
    casts = [la for la in found.model.layers if la.class_name == "Cast"]
    assert [la.config["to"] for la in casts] == ([dtype] if cast else [])
    assert ("Cast" in found.companions) is cast


def test_operations_that_cast_nothing_need_the_cast() -> None:
    """Layers of raw operations compute in the dtype that they are given."""
    entries = entry("x", dtype="float64"), layer("n", "x", kind="TensorFlowOpLayer")
    inner = graph(*entries, outputs=["n"], name="inner")
    found = apart(masked(inner)).model
    assert [la.config["to"] for la in found.layers if la.class_name == "Cast"] == ["float64"]
