"""The order of layers and calls, against transcriptions of what the releases do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.graphs import call, computed, entry, graph, layer, nested, stack

from keraport.analysis.order import layer_order, renumbered
from keraport.model import Call, Layer, Model, TensorRef
from keraport.model.graph import find_refs

HAND_DRAWN: list[tuple[Model, list[str]]] = [
    # A chain, listed backwards.
    (
        graph(layer("c", "b"), layer("b", "a"), layer("a", "in"), entry("in"), outputs=["c"]),
        ["in", "a", "b", "c"],
    ),
    # Two layers of one depth: in the order in which the outputs name them.
    (
        graph(entry("in"), layer("a", "in"), layer("b", "in"), outputs=["b", "a"]),
        ["in", "b", "a"],
    ),
    # A short and a long branch: s and d2 are one step from the end, d1 two.
    (
        graph(
            entry("in"),
            layer("s", "in"),
            layer("d1", "in"),
            layer("d2", "d1"),
            layer("add", call("s", "d2"), kind="Add"),
            outputs=["add"],
        ),
        ["in", "d1", "s", "d2", "add"],
    ),
    # A shared layer stands where its farthest call does.
    (
        graph(entry("in"), layer("d", "s"), layer("s", "in", "d"), outputs=["s:1"]),
        ["in", "s", "d"],
    ),
    # An input that nothing reads counts as depth 0, before all others there.
    (
        graph(entry("in"), layer("d", "in"), entry("extra"), outputs=["d"]),
        ["in", "extra", "d"],
    ),
    # A layer that no output needs is none of the model's.
    (
        graph(entry("in"), layer("off", "in"), layer("d", "in"), outputs=["d"]),
        # Loaders that keep what no output needs put it behind the others.
        ["in", "d", "off"],
    ),
    # A Sequential does not count its InputLayer.
    (stack(entry("in"), layer("a"), layer("b")), ["a", "b"]),
]


@pytest.mark.parametrize(("model", "names"), HAND_DRAWN)
def test_hand_drawn_graphs(model: Model, names: list[str]) -> None:
    assert [part.name for part in layer_order(model)] == names


def test_a_nested_model_counts_its_calls_from_one() -> None:
    inner = nested(graph(entry("x"), layer("d", "x"), outputs=["d"], name="inner"), "in")
    model = graph(entry("in"), inner, layer("last", "inner:1"), outputs=["last"])
    assert [part.name for part in layer_order(model)] == ["in", "inner", "last"]


def test_deep_graphs_do_not_exhaust_the_stack() -> None:
    chain = [layer(f"d{at}", f"d{at - 1}" if at else "in") for at in range(5000)]
    model = graph(entry("in"), *reversed(chain), outputs=["d4999"])
    assert [part.name for part in layer_order(model)][1:] == [f"d{at}" for at in range(5000)]


def keras_order(model: Model) -> list[str]:
    """``_map_graph_network`` in ``engine/functional.py`` of TF 2.3, with names for objects."""
    inbound = {
        (part.name, number): [(x.layer, x.node) for x in made.refs()]
        for part in model.layers
        for number, made in enumerate(part.calls, start=0 if part.model is None else 1)
    }
    nodes_in_decreasing_depth: list[tuple[str, int]] = []
    layer_indices: dict[str, int] = {}

    def build_map(node: tuple[str, int]) -> None:
        if node in nodes_in_decreasing_depth:
            return
        layer_indices.setdefault(node[0], len(layer_indices))
        for inbound_node in inbound.get(node, []):
            build_map(inbound_node)
        nodes_in_decreasing_depth.append(node)

    for output in find_refs(model.outputs):
        build_map((output.layer, output.node))
    nodes_depths: dict[tuple[str, int], int] = {}
    layers_depths: dict[str, int] = {}
    for node in reversed(nodes_in_decreasing_depth):
        depth = nodes_depths.setdefault(node, 0)
        depth = max(depth, layers_depths.get(node[0], 0))
        layers_depths[node[0]] = nodes_depths[node] = depth
        for inbound_node in inbound.get(node, []):
            nodes_depths[inbound_node] = max(depth + 1, nodes_depths.get(inbound_node, 0))
    for x in find_refs(model.inputs):
        if x.layer not in layers_depths:
            layers_depths[x.layer] = 0
            layer_indices[x.layer] = -1
    layers_by_depth: dict[int, list[str]] = {}
    for name, depth in layers_depths.items():
        layers_by_depth.setdefault(depth, []).append(name)
    found: list[str] = []
    for depth in sorted(layers_by_depth, reverse=True):
        found += sorted(layers_by_depth[depth], key=layer_indices.__getitem__)
    # ``reconstruct_from_config`` inserts the others, those of add_loss, behind them.
    return found + [part.name for part in model.layers if part.name not in found]


INNER = graph(entry("x"), layer("d", "x"), outputs=["d"], name="inner")


@st.composite
def graphs(draw: st.DrawFn) -> Model:
    """Layers, some of them models, each called one or more times, listed in any order."""
    names = [f"l{at}" for at in range(draw(st.integers(1, 5)))]
    models = {name for name in names if draw(st.booleans())}
    entries = [entry(f"in{at}") for at in range(draw(st.integers(1, 2)))]
    tensors = [TensorRef(item.name, 0, 0) for item in entries]
    calls: dict[str, list[Call]] = {}
    for _ in range(draw(st.integers(1, 9))):
        name = draw(st.sampled_from(names))
        inputs = draw(st.lists(st.sampled_from(tensors), min_size=1, max_size=2))
        made = calls.setdefault(name, [])
        made.append(Call(inputs[:1] if name in models else inputs))
        tensors.append(TensorRef(name, len(made) - (0 if name in models else 1), 0))
    layers = [
        Layer(name, "Functional", {}, tuple(made), model=replace(INNER, name=name))
        if name in models
        else Layer(name, "Dense", {"name": name}, tuple(made))
        for name, made in calls.items()
    ]
    listed = draw(st.permutations([*entries, *layers]))
    outputs = draw(st.lists(st.sampled_from(tensors), min_size=1, max_size=3))
    inputs = [TensorRef(item.name, 0, 0) for item in entries]
    return Model("m", "Functional", tuple(listed), inputs, outputs)


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_the_order_is_that_of_the_release(model: Model) -> None:
    assert [part.name for part in layer_order(model)] == keras_order(model)


def loaded(model: Model) -> Model:
    """The graph that ``Network.from_config`` of TF 1.12 makes of a config.

    A call reads whatever call the numbers in the config mean at the moment when it is made.
    """
    made: dict[str, list[Call]] = {part.name: [] for part in model.layers}
    own = {part.name: 1 if part.model is not None or not part.calls else 0 for part in model.layers}
    unprocessed = {part.name: list(part.calls) for part in model.layers if part.calls}

    def exists(item: TensorRef) -> bool:
        return len(made[item.layer]) + own[item.layer] > item.node

    rounds = 0
    while unprocessed:
        rounds += 1
        assert rounds < 1000, "the loader never ends"
        for part in model.layers:
            for waiting in unprocessed.pop(part.name, []):
                if all(map(exists, waiting.refs())):
                    made[part.name].append(waiting)
                else:
                    unprocessed.setdefault(part.name, []).append(waiting)
    return replace(model, layers=tuple(replace(p, calls=tuple(made[p.name])) for p in model.layers))


def symbols(model: Model) -> list[Any]:
    return computed(model, [f"x{at}" for at in range(len(find_refs(model.inputs)))])


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_a_loader_makes_the_calls_as_they_are_listed(model: Model) -> None:
    listed = renumbered(model)
    assert loaded(listed) == listed
    assert symbols(listed) == symbols(model)
    assert renumbered(listed) == listed


def overtaken() -> Model:
    """Call 0 of ``s`` has to wait for ``d``, which is listed later; call 1 overtakes it."""
    return graph(entry("in"), layer("s", "d", "in"), layer("d", "in"), outputs=["s:0", "s:1"])


def test_without_renumbering_a_loader_mixes_calls_up() -> None:
    """Guards the test above: there are graphs that it would notice."""
    model = overtaken()
    assert symbols(loaded(model)) == list(reversed(symbols(model)))
    assert symbols(loaded(renumbered(model))) == symbols(model)


def test_models_inside_are_renumbered_too() -> None:
    inner = nested(replace(overtaken(), name="inner"), "in")
    model = graph(entry("in"), inner, outputs=["inner:1", "inner:1:1"])
    found = renumbered(model).layers[1].model
    assert found == renumbered(replace(overtaken(), name="inner"))


def walk_calls(model: Model) -> Iterator[Call]:
    for part in model.layers:
        yield from part.calls


def test_a_sequential_has_nothing_to_number() -> None:
    model = stack(entry("in"), layer("a"))
    assert renumbered(model) == model
    assert list(walk_calls(model)) == []
