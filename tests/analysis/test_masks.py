"""Where masks arrive, and where masked steps are looked at."""

from __future__ import annotations

import pytest
from tests.graphs import call, entry, graph, layer, nested, stack

from keraport.analysis.masks import masked_layers
from keraport.catalog.api import load_api
from keraport.model import Layer, Model, TensorRef

API = load_api("tf2.3")


def rnn(name: str, *calls: str, kind: str = "LSTM", sequences: bool = False) -> Layer:
    return layer(name, *calls, kind=kind, return_sequences=sequences)


def both(name: str, *calls: str, sequences: bool = True) -> Layer:
    inner = layer("wrapped", kind="LSTM", return_sequences=sequences)
    return layer(name, *calls, kind="Bidirectional", layer=inner)


def outside(paths: frozenset[str]) -> set[str]:
    """The paths less those of wrapped layers, which a mask reaches with their wrapper."""
    return {path for path in paths if not path.endswith("/wrapped")}


MASK = layer("mask", "in", kind="Masking")
EMBED = layer("embed", "in", kind="Embedding", mask_zero=True)
PLAIN = layer("embed", "in", kind="Embedding", mask_zero=False)

CASES: dict[str, tuple[list[Layer], list[str], set[str], set[str]]] = {
    # name: layers behind the input, outputs, reached by a mask, and of those looked at
    "no mask": ([PLAIN, rnn("r", "embed")], ["r"], set(), set()),
    "last step": ([MASK, rnn("r", "mask")], ["r"], {"r"}, {"r"}),
    "embedding": ([EMBED, rnn("r", "embed")], ["r"], {"r"}, {"r"}),
    "dense passes it on": (
        [MASK, layer("d", "mask"), rnn("r", "d")],
        ["r"],
        {"d", "r"},
        {"r"},
    ),
    "flatten does not": (
        [MASK, layer("f", "mask", kind="Flatten"), layer("d", "f")],
        ["d"],
        {"f"},
        {"f"},
    ),
    "a stack of recurrent layers": (
        [MASK, both("b1", "mask"), both("b2", "b1"), both("b3", "b2", sequences=False)],
        ["b3"],
        {"b1", "b2", "b3"},
        {"b3"},
    ),
    "sequences as output": ([MASK, both("b", "mask")], ["b"], {"b"}, {"b"}),
    "no mask behind the last step": (
        [MASK, rnn("r", "mask"), layer("d", "r")],
        ["d"],
        {"r"},
        {"r"},
    ),
    "sequences keep the mask": (
        [MASK, rnn("r", "mask", sequences=True), layer("d", "r"), rnn("s", "d")],
        ["s"],
        {"r", "d", "s"},
        {"s"},
    ),
    "a layer that stops the mask lets the next one see all": (
        [MASK, both("b", "mask"), layer("p", "b", kind="ReLU"), rnn("r", "p")],
        ["r"],
        {"b", "p"},
        {"b", "p"},
    ),
    "seen by pooling": (
        [MASK, both("b", "mask"), layer("p", "b", kind="GlobalMaxPooling1D"), rnn("r", "b")],
        ["p", "r"],
        {"b", "p", "r"},
        {"b", "p", "r"},
    ),
    "a product gives none": (
        [MASK, layer("p", call("mask", "mask"), kind="Dot"), rnn("r", "p")],
        ["r"],
        {"p"},
        {"p"},
    ),
    "an initial state is used whole": (
        [MASK, both("b", "mask"), rnn("r", call("mask", "b"))],  # type: ignore[arg-type]
        ["r"],
        {"b", "r"},
        {"b", "r"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_graphs(name: str) -> None:
    layers, outputs, reached, seen = CASES[name]
    found = masked_layers(graph(entry("in", 5, 4), *layers, outputs=outputs), API)
    assert outside(found.reached) == reached
    assert outside(found.seen) == seen


def stacked(first: Layer) -> Model:
    return stack(first, layer("d"), both("b"), rnn("r"))


@pytest.mark.parametrize(
    "first",
    [
        layer("first", kind="Masking", batch_input_shape=[None, 5, 4]),
        layer("first", kind="Masking"),
        layer("first", kind="Embedding", mask_zero=True, batch_input_shape=[None, 5]),
    ],
)
def test_stacks(first: Layer) -> None:
    found = masked_layers(stacked(first), API)
    assert outside(found.reached) == {"d", "b", "r"}
    assert outside(found.seen) == {"r"}


def test_an_empty_stack() -> None:
    assert masked_layers(stack(), API).reached == frozenset()


def test_a_mask_reaches_into_models() -> None:
    inner = graph(entry("x", 5, 4), both("b", "x"), outputs=["b"], name="inner")
    model = graph(
        entry("in", 5, 4), MASK, nested(inner, "mask"), rnn("r", "inner:1"), outputs=["r"]
    )
    found = masked_layers(model, API)
    assert outside(found.reached) == {"inner", "inner/b", "r"}
    # Whoever reads a model's output is not looked for: what leaves it counts as looked at.
    assert "inner/b" in found.seen


def test_a_mask_made_in_a_model_stays_in_paths() -> None:
    inner = graph(
        entry("x", 5, 4),
        layer("mask", "x", kind="Masking"),
        rnn("r", "mask"),
        outputs=["r"],
        name="inner",
    )
    model = graph(entry("in", 5, 4), nested(inner, "in"), layer("d", "inner:1"), outputs=["d"])
    assert masked_layers(model, API).reached == {"inner/r"}


def test_a_shared_layer_is_reached_through_one_of_its_calls() -> None:
    model = graph(entry("in", 5, 4), MASK, rnn("r", "in", "mask"), outputs=["r", "r:1"])
    assert masked_layers(model, API).reached == {"r"}


@pytest.mark.parametrize("kind", ["Attention", "AdditiveAttention"])
@pytest.mark.parametrize(
    ("inputs", "behind"), [(("mask", "in"), {"a", "d"}), (("in", "mask"), {"a"})]
)
def test_attention_passes_the_mask_of_its_queries_on(
    kind: str, inputs: tuple[str, str], behind: set[str]
) -> None:
    """``BaseDenseAttention.compute_mask`` of TF 2.3."""
    attention = layer("a", call(*inputs), kind=kind)
    model = graph(entry("in", 5, 4), MASK, attention, layer("d", "a"), outputs=["d"])
    assert masked_layers(model, API).reached == behind


def two(*outputs: str) -> Model:
    """A model of two inputs; its first one is read by ``r``, its second one by ``s``."""
    return graph(
        entry("x", 5, 4),
        entry("y", 5, 4),
        rnn("r", "x", sequences=True),
        rnn("s", "y", sequences=True),
        outputs=list(outputs),
        name="inner",
    )


@pytest.mark.parametrize(
    ("outputs", "reached"),
    [(("r", "s"), {"inner", "inner/s", "second"}), (("s", "r"), {"inner", "inner/s", "first"})],
)
def test_masks_go_in_and_out_of_models_one_by_one(
    outputs: tuple[str, str], reached: set[str]
) -> None:
    """``Network.compute_mask``: each output has the mask of the tensor that it is."""
    model = graph(
        entry("in", 5, 4),
        MASK,
        nested(two(*outputs), call("in", "mask")),
        layer("first", "inner:1"),
        layer("second", "inner:1:1"),
        outputs=["first", "second"],
    )
    assert masked_layers(model, API).reached == reached


def test_masks_named_in_a_call() -> None:
    mask = TensorRef("in", 0, 0)
    inner = nested(two("r", "s"), call("in", "in", mask=[None, mask]))
    model = graph(entry("in", 5, 4), inner, outputs=["inner:1"])
    assert masked_layers(model, API).reached == {"inner/s"}


def test_models_that_share_models_are_looked_at_once_each() -> None:
    """Looked at anew for each call, these would be looked at 20^12 times."""
    inner = graph(entry("x", 5, 4), rnn("r", "x", sequences=True), outputs=["r"], name="m")
    for _ in range(12):
        uses = [f"m:{use}" if use else "x" for use in range(20)]
        inner = graph(entry("x", 5, 4), nested(inner, *uses), outputs=["m:20"], name="m")
    model = graph(entry("in", 5, 4), MASK, nested(inner, "mask"), outputs=["m:1"])
    assert len(masked_layers(model, API).reached) == 14
