"""Proofs that a case can fail: weights, inputs and every single weight must matter."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from golden.case import Case, Model, settle
from golden.numbers import draw_inputs

CLEARLY = 0.01
"""Outputs differ clearly when they do by this share of the largest output."""
NOTICEABLY = 1e-4
"""What a single weight has to change; ten times the tolerance of a conversion."""


def predict(model: Model, inputs: list[np.ndarray]) -> list[np.ndarray]:
    """The outputs of the model as a list (dicts by sorted key), in one batch, from fresh states."""
    model.reset_states()
    found = model.predict(inputs if len(inputs) > 1 else inputs[0], batch_size=len(inputs[0]))
    return list(tf.nest.flatten(found))


def _outputs(model: Model, inputs: list[np.ndarray]) -> list[np.ndarray]:
    """The same without compiling a function first: quicker for a single use."""
    model.reset_states()
    settle(model)
    found = model(inputs if len(inputs) > 1 else inputs[0], training=False)
    return [np.asarray(output) for output in tf.nest.flatten(found)]


def difference(expected: np.ndarray, found: np.ndarray) -> float:
    """The largest absolute difference over the largest absolute value expected."""
    expected, found = np.asarray(expected, float), np.asarray(found, float)
    return float(np.abs(expected - found).max() / np.abs(expected).max())


def fresh_copy(model: Model, objects: dict[str, Any]) -> Model:
    """The same architecture with initial weights."""
    # TensorFlow 2.15 builds a Lambda from a config only where that is allowed.
    allow = getattr(tf.keras.__internal__, "enable_unsafe_deserialization", None)
    if allow is not None:
        allow()
    copy = type(model).from_config(model.get_config(), custom_objects=objects)
    if not copy.built:
        copy.build(model.input_shape)
    return copy


def prove(case: Case, model: Model, outputs: list[np.ndarray], objects: dict[str, Any]) -> None:
    """Check that the stored outputs could not have come from anything else.

    Raises:
        AssertionError: an output is not finite or constant, does not depend on the input, a fresh
            copy gives (nearly) the same outputs, or a weight does not matter.
    """
    inputs = draw_inputs(model, case)
    copy = fresh_copy(model, objects)
    untrained = _outputs(copy, inputs)
    elsewhere = _outputs(model, draw_inputs(model, case, "other inputs"))
    passed_on = {tensor.ref() for tensor in model.inputs}
    for index, output in enumerate(outputs):
        assert np.isfinite(output).all(), f"output {index} is not finite"
        assert np.ptp(output) > 0, f"output {index} is constant"
        assert difference(output, elsewhere[index]) > CLEARLY, f"output {index} ignores the input"
        if model.outputs[index].ref() not in passed_on:
            assert difference(output, untrained[index]) > CLEARLY, (
                f"output {index} is the same from a fresh copy"
            )
    _prove_weights(case, model, copy.get_weights(), inputs)


def _prove_weights(
    case: Case, model: Model, initial: list[np.ndarray], inputs: list[np.ndarray]
) -> None:
    """Put the initial value of one weight after another in place of the moved one."""
    moved, expected = model.get_weights(), _outputs(model, inputs)
    variables, idle = list(model.weights), []
    for index, variable in enumerate(variables):
        variable.assign(initial[index])
        found = _outputs(model, inputs)
        variable.assign(moved[index])
        expected_idle = variable.name.split(":")[0].endswith(case.idle)
        if max(map(difference, expected, found)) < NOTICEABLY and not expected_idle:
            idle.append(variable.name)
    assert not idle, f"weights do not matter: {idle}"
