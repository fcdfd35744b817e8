"""Models nested twice, which TF 1.12 fills with the wrong weights, become nested once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.graphs import entry, graph, layer, nested, stack

from keraport.catalog.releases import get_release
from keraport.model import Format, Layer, Model, ModelFile, Producer, StoredBytes, Weight
from keraport.report import Note, Verdict
from keraport.translate.translation import Translation, translate

IMAGE = (8, 8, 3)
CONV = {"filters": 3, "kernel_size": [3, 3], "padding": "same"}


def conv(name: str, *calls: str) -> Layer:
    return layer(name, *calls, kind="Conv2D", **CONV)


def norm(name: str, *calls: str) -> Layer:
    return layer(name, *calls, kind="BatchNormalization", axis=[3])


def inner(*, known: bool = True) -> Model:
    """conv and norm as a stack; its input shape is told by its first layer, or by nobody."""
    first = conv("conv")
    if known:
        first = first.with_config({**first.config, "batch_input_shape": [None, *IMAGE]})
    return stack(first, norm("norm"), name="inner")


def middle(part: Model) -> Model:
    return graph(
        entry("x", *IMAGE),
        nested(part, "x"),
        conv("after", "inner:1"),
        norm("last", "after"),
        outputs=["last"],
        name="middle",
    )


def translated(model: Model, source: str = "tf2.3", target: str = "tf1.12") -> Translation:
    file = ModelFile(Path("model.json"), Format.JSON, Producer(), model)
    return translate(file, model, get_release(source), get_release(target))


def notes(translation: Translation, path: str) -> tuple[Note, ...]:
    return next((row.notes for row in translation.layers if row.path == path), ())


def outer(part: Model) -> Model:
    return graph(entry("in", *IMAGE), nested(part, "in"), outputs=[f"{part.name}:1"])


def inside(translation: Translation, name: str) -> list[str]:
    model = translation.file.model
    assert model is not None
    found = model.layer(name).model
    assert found is not None
    return [part.name for part in found.layers]


@pytest.mark.parametrize(
    ("source", "target", "flat"),
    [
        ("tf2.3", "tf1.12", True),
        ("tf1.15", "tf1.12", True),
        ("tf2.3", "tf1.15", False),
        ("tf1.12", "tf1.12", False),
        ("tf1.12", "tf2.3", False),
    ],
)
def test_a_model_nested_twice(source: str, target: str, flat: bool) -> None:
    found = translated(outer(middle(inner())), source, target)
    kept = ["x", "inner", "after", "last"]
    assert inside(found, "middle") == (["x", "conv", "norm", "after", "last"] if flat else kept)
    texts = [note.text for note in notes(found, "middle")]
    assert any("mixes up the weights of models nested twice" in text for text in texts) == flat
    assert all(row.verdict is not Verdict.REFUSED for row in found.layers)


def test_a_model_nested_once_stays() -> None:
    once = graph(entry("x", *IMAGE), conv("c", "x"), norm("n", "c"), outputs=["n"], name="middle")
    assert inside(translated(outer(once)), "middle") == ["x", "c", "n"]


def test_a_model_nested_twice_without_other_weights_stays() -> None:
    """There is but one round of weights to hand out when all of them are trainable."""
    plain = stack(layer("d", units=2, batch_input_shape=[None, 4]), name="inner")
    part = graph(
        entry("x"), nested(plain, "x"), layer("e", "inner:1", units=2), outputs=["e"],
        name="middle",
    )  # fmt: skip
    model = graph(entry("in"), nested(part, "in"), outputs=["middle:1"])
    assert inside(translated(model), "middle") == ["x", "inner", "e"]


def test_one_of_unknown_shape_is_refused() -> None:
    found = translated(outer(middle(inner(known=False))))
    (note,) = (n for n in notes(found, "middle") if n.verdict is Verdict.REFUSED)
    assert "needs its input shape" in note.text
    assert note.hint


def test_weights_follow_the_layers_that_moved() -> None:
    """TF lists trainable weights first, at every level: so they stand in the file."""
    names = [
        *("inner/conv/kernel", "inner/conv/bias", "inner/norm/gamma", "inner/norm/beta"),
        *("after/kernel", "after/bias", "last/gamma", "last/beta"),
        *("inner/norm/mean", "inner/norm/variance", "last/mean", "last/variance"),
    ]
    place = StoredBytes(Path("model.h5"), "/")
    shapes = {"inner/conv/kernel": (3, 3, 3, 3), "after/kernel": (3, 3, 3, 3)}
    weights = tuple(Weight(name, shapes.get(name, (3,)), "float32", place) for name in names)
    model = outer(middle(inner()))
    layers = tuple(
        replace(part, weights=weights) if part.model is not None else part for part in model.layers
    )
    found = translated(replace(model, layers=layers))
    groups = {group.layer: [weight.name for weight in group.weights] for group in found.file.groups}
    assert groups == {"in": [], "middle": names}
