"""What is drawn of a model."""

from __future__ import annotations

import re

from tests.graphs import call, entry, graph, layer, nested, stack

from keraport.html.graph import MOST_BOXES, Picture, pictures
from keraport.model import Layer, Model
from keraport.report import Verdict


def edges(picture: Picture) -> set[tuple[str, str]]:
    """Names of the boxes that each line begins and ends at."""

    def at(x: float, y: float) -> str:
        return next(
            box.name
            for box in picture.boxes
            if abs(box.x + picture.box_width / 2 - x) < 1 and abs(box.y - y) < 1
        )

    found = set()
    for line in picture.lines:
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", line)]
        found.add((at(numbers[0], numbers[1] - picture.box_height), at(*numbers[-2:])))
    return found


def test_a_stack() -> None:
    (picture,) = pictures(stack(layer("a"), layer("b"), layer("c")))
    assert edges(picture) == {("a", "b"), ("b", "c")}
    assert [box.kind for box in picture.boxes] == ["", "", "output"]


def test_calls_are_edges_and_inputs_are_on_top() -> None:
    model = graph(
        entry("x"),
        entry("late"),
        layer("a", "x"),
        layer("b", "a"),
        layer("sum", call("b", "late"), kind="Add"),
        outputs=["sum"],
    )
    (picture,) = pictures(model)
    assert edges(picture) == {("x", "a"), ("a", "b"), ("b", "sum"), ("late", "sum")}
    tops = {box.name: box.y for box in picture.boxes}
    assert tops["x"] == tops["late"] == min(tops.values())
    assert [box.kind for box in picture.boxes] == ["input", "input", "", "", "output"]


def test_a_shared_layer_has_a_box_for_each_call() -> None:
    model = graph(
        entry("x"), layer("twice", "x", "between"), layer("between", "twice"), outputs=["twice:1"]
    )
    (picture,) = pictures(model)
    assert [box.name for box in picture.boxes] == ["x", "twice", "twice", "between"]
    assert edges(picture) == {("x", "twice"), ("twice", "between"), ("between", "twice")}


def model_with_models() -> Model:
    inner = stack(layer("inner_dense"), name="inner")
    outer = graph(entry("y"), nested(inner, "y"), outputs=["inner:1"], name="outer")
    wrapped = Layer("lots", "TimeDistributed", {"layer": stack_layer("wrapped")})
    return graph(
        entry("x"),
        nested(outer, "x"),
        Layer("lots", "TimeDistributed", wrapped.config, (call("outer:1"),)),
        outputs=["lots"],
    )


def stack_layer(name: str) -> Layer:
    return Layer(name, "Sequential", {}, model=stack(layer("deep"), name=name))


def test_models_in_models_are_drawn_apart() -> None:
    drawn = list(pictures(model_with_models()))
    assert [picture.title for picture in drawn] == [
        *("", "outer (Functional)", "outer/inner (Sequential)", "lots/wrapped (Sequential)"),
    ]
    assert edges(drawn[0]) == {("x", "outer"), ("outer", "lots")}
    assert edges(drawn[1]) == {("y", "inner")}


def test_a_box_has_the_worst_verdict_of_what_is_in_it() -> None:
    verdicts = {"outer/inner/inner_dense": Verdict.REFUSED, "lots": Verdict.EXACT}
    outer, middle, inner, wrapped = pictures(model_with_models(), verdicts)
    assert [box.verdict for box in outer.boxes] == ["unchanged", "refused", "exact"]
    assert [box.verdict for box in middle.boxes] == ["unchanged", "refused"]
    assert [box.verdict for box in inner.boxes] == ["refused"]
    assert [box.verdict for box in wrapped.boxes] == ["unchanged"]
    assert inner.boxes[0].title == "outer/inner/inner_dense (Dense): refused"


def test_layers_that_differ_are_marked() -> None:
    drawn = pictures(model_with_models(), differing={"outer/inner/inner_dense", "lots"})
    differ = [box.path for picture in drawn for box in picture.boxes if box.differs]
    assert differ == ["lots", "outer/inner/inner_dense"]


def test_long_names_fit() -> None:
    (picture,) = pictures(stack(layer("n" * 10_000_000)))
    assert len(picture.boxes[0].name) <= 24
    assert len(picture.boxes[0].title) < 200


def test_too_many_layers_are_not_drawn_and_that_is_said() -> None:
    many = stack(*(layer(f"d{number}") for number in range(MOST_BOXES)), name="many")
    few = stack(layer("d"), name="few")
    model = stack(nested(many), nested(few))
    outer, large, small = pictures(model)
    assert len(outer.boxes) == 2
    assert large.missing == "6,000 calls of layers; pictures are drawn of up to 6,000"
    assert len(small.boxes) == 1


def test_references_that_lead_nowhere() -> None:
    model = graph(entry("x"), layer("a", call("x", "nobody", "x:7")), outputs=["a"])
    (picture,) = pictures(model)
    assert edges(picture) == {("x", "a")}
