"""What looks as if it could be said in other words, and cannot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from keraport.discrepancies.reexpress import reexpress
from keraport.model import Call, Layer, Model, TensorRef, Weight, constant_weight


def weights(name: str, **shapes: tuple[int, ...]) -> tuple[Weight, ...]:
    return tuple(
        constant_weight(f"{name}/{role}:0", np.ones(shape, np.float32))
        for role, shape in shapes.items()
    )


def layer(name: str, class_name: str, *inputs: str, **config: object) -> Layer:
    calls = tuple(Call([TensorRef(source, 0, 0)]) for source in inputs)
    return Layer(name, class_name, {"name": name, **config}, calls)


INPUT = layer("x", "InputLayer", batch_input_shape=[None, 3])
DENSE = replace(
    layer("a", "Dense", "x", units=4, activation="linear", use_bias=True),
    weights=weights("a", kernel=(3, 4), bias=(4,)),
)
NORM = replace(
    layer("n", "BatchNormalization", "a", axis=[1]),
    weights=weights("n", gamma=(4,), beta=(4,), moving_mean=(4,), moving_variance=(4,)),
)


def graph(*layers: Layer, output: str) -> Model:
    return Model("m", "Functional", layers, [TensorRef("x", 0, 0)], [TensorRef(output, 0, 0)])


REBUILT = graph(INPUT, replace(DENSE, weights=()), output="a")


def steps(*layers: Layer, output: str = "n") -> list[str]:
    return [step.what for step in reexpress(graph(*layers, output=output), REBUILT).said.steps]


def test_the_plain_case_is_folded() -> None:
    """Guards the tests below: without their traps it is done."""
    assert steps(INPUT, DENSE, NORM) == ["folded into the weights of a"]


def test_a_norm_that_trains_when_it_predicts() -> None:
    (call,) = NORM.calls
    assert not steps(
        INPUT, DENSE, replace(NORM, calls=(replace(call, arguments={"training": True}),))
    )


def test_a_layer_that_something_else_reads() -> None:
    other = layer("sum", "Add", "n")
    both = replace(other, calls=(Call([TensorRef("n", 0, 0), TensorRef("a", 0, 0)]),))
    assert not steps(INPUT, DENSE, NORM, both, output="sum")


def test_a_layer_that_is_used_twice() -> None:
    twice = replace(DENSE, calls=DENSE.calls * 2)
    assert not steps(INPUT, twice, NORM)


def test_another_axis() -> None:
    assert not steps(INPUT, DENSE, NORM.with_config({**NORM.config, "axis": [0]}))


@pytest.mark.parametrize(
    "broken",
    [
        NORM.weights[:3],
        (),
        (*NORM.weights, *weights("n", renorm_mean=(4,))),
        weights("n", gamma=(4,), beta=(2,), moving_mean=(4,), moving_variance=(4,)),
    ],
)
def test_weights_that_are_not_those_of_a_plain_norm(broken: tuple[Weight, ...]) -> None:
    assert not steps(INPUT, DENSE, replace(NORM, weights=broken))


def test_what_was_not_done_is_handed_back_as_it_was() -> None:
    trained = graph(INPUT, DENSE, output="a")
    assert reexpress(trained, REBUILT).model is trained


def test_a_layer_that_the_user_named_stays() -> None:
    found = reexpress(graph(INPUT, DENSE, NORM, output="n"), REBUILT, frozenset({"n"}))
    assert not found.said.steps
    assert not found.said.obstacles
