"""Where in a model the layer under test stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from coverage.case import Case, Object
from coverage.columns import COLUMNS
from coverage.symbolic import dtype_of, entry, entry_with, resolve, sizes_of

Model = Any
Input = tf.keras.Input
Sequential = tf.keras.Sequential
STEPS = 3
"""Steps of the axis that TimeDistributed adds."""


class InapplicableError(Exception):
    """The position makes no sense for this row: no case."""


def value(item: Any) -> Any:
    """An argument with the layers in it made."""
    if isinstance(item, Object):
        return resolve(item.name)(**{key: value(one) for key, one in item.keywords.items()})
    if isinstance(item, list):
        return [value(one) for one in item]
    return item() if callable(item) else item


def make(case: Case) -> Any:
    """A fresh layer under test, inside the layer that it needs around it."""
    family = case.family
    keywords = {key: value(item) for key, item in case.keywords.items()}
    tested = resolve(family.layer)(**keywords)
    if family.adapted:
        tested.adapt(np.array(family.adapted))
    if not family.around:
        return tested
    return resolve(family.around)(tested, return_sequences=True, dtype=keywords.get("dtype"))


def shapes_of(case: Case) -> list[tuple[Any, ...]]:
    """Shapes of the tensors that the layer is called with, without the batch."""
    return list(case.family.inputs)


def dtypes_of(case: Case) -> list[str]:
    """Dtypes of the inputs: floats follow a float64 layer."""
    given = case.family.dtype
    count = len(case.family.inputs)
    dtypes = list(given) if isinstance(given, tuple) else [given] * count
    wanted = case.keywords.get("dtype")
    if wanted == "float64" and not case.family.label.startswith("cast"):
        dtypes = [wanted if dtype == "float32" else dtype for dtype in dtypes]
    return dtypes


def dense(output: Any) -> Any:
    """An output as an array; ragged and sparse ones are filled up with zeros."""
    if isinstance(output, tf.RaggedTensor):
        output = output.to_tensor()
    elif isinstance(output, tf.sparse.SparseTensor):
        output = tf.sparse.to_dense(output)
    return output.numpy() if hasattr(output, "numpy") else output


def features(model: Any) -> list[str]:
    """Names of the inputs of a model that is called with a dictionary, in their order."""
    given = getattr(model, "_nested_inputs", None)
    return sorted(given) if isinstance(given, dict) else []


def start(case: Case, *extra: int) -> list[Any]:
    """Symbolic inputs, with `extra` leading dimensions behind the batch."""
    return [
        Input((*extra, *shape), dtype=dtype, batch_size=case.family.batch)
        for shape, dtype in zip(shapes_of(case), dtypes_of(case))  # noqa: B905 - Python 3.8
    ]


def call(case: Case, layer: Any, tensors: list[Any]) -> Any:
    """The layer called the way its family says."""
    how = case.family.call
    given = case.family.given
    if how == "one":
        return layer(tensors[0], **given)
    if how == "list":
        return layer(tensors, **given)
    if how == "apart":
        return layer(*tensors, **given)
    rest = tensors[1:] if how in ("initial_state", "constants") else tensors[1]
    return layer(tensors[0], **{how: rest}, **given)


def outputs_of(result: Any) -> Any:
    """Tensors as a model takes them: a single one, or a flat list."""
    found = tf.nest.flatten(result)
    return found if len(found) > 1 else found[0]


def _functional(case: Case) -> Model:
    tensors = start(case)
    return tf.keras.Model(tensors, outputs_of(call(case, make(case), tensors)))


def _sequential(case: Case) -> Model:
    (shape,), (dtype,) = shapes_of(case), dtypes_of(case)
    first = entry(shape, dtype, case.family.batch)
    _need_one_output(case)
    return Sequential([first, make(case)])


def _need_one_output(case: Case) -> None:
    """Sequential and TimeDistributed hold layers of one output only.

    Raises:
        InapplicableError: this one has several.
    """
    tested = case.keywords.get("layer", case)
    keywords = tested.keywords
    if keywords.get("return_state") or case.keywords.get("merge_mode", "") is None:
        raise InapplicableError


def _nested(case: Case) -> Model:
    outer = start(case)
    inner = _functional(case)
    return tf.keras.Model(outer, outputs_of(inner(outer if len(outer) > 1 else outer[0])))


def _nested_sequential(case: Case) -> Model:
    outer = start(case)
    return tf.keras.Model(outer, outputs_of(_sequential(case)(outer[0])))


def _time_distributed(case: Case) -> Model:
    if case.family.batch:
        raise InapplicableError
    _need_one_output(case)
    tensors = start(case, STEPS)
    wrapped = tf.keras.layers.TimeDistributed(make(case))
    return tf.keras.Model(tensors, wrapped(tensors[0]))


def _in_wrapped_model(case: Case) -> Model:
    if case.family.batch:
        raise InapplicableError
    tensors = start(case, STEPS)
    wrapped = tf.keras.layers.TimeDistributed(_sequential(case))
    return tf.keras.Model(tensors, wrapped(tensors[0]))


def _shared(case: Case) -> Model:
    first, second = start(case), start(case)
    layer = make(case)
    found = [call(case, layer, first), call(case, layer, second)]
    return tf.keras.Model([*first, *second], tf.nest.flatten(found))


def _masked(case: Case) -> Model:
    tensors, masked = _behind_masking(case)
    return tf.keras.Model(tensors, outputs_of(call(case, make(case), masked)))


def _masked_on(case: Case) -> Model:
    tensors, masked = _behind_masking(case)
    found = tf.nest.flatten(call(case, make(case), masked))[0]
    mask = getattr(found, "_keras_mask", None)
    if mask is None or len(sizes_of(found)) != 3 or found.shape[-1] is None:
        raise InapplicableError
    reader = tf.keras.layers.SimpleRNN(2, dtype=dtype_of(found).name)
    return tf.keras.Model(tensors, reader(found))


def _behind_masking(case: Case) -> tuple[list[Any], list[Any]]:
    tensors = start(case)
    if len(sizes_of(tensors[0])) != 3 or not dtype_of(tensors[0]).is_floating:
        raise InapplicableError
    count = 1 if case.family.call in ("initial_state", "constants", "mask") else len(tensors)
    masked = [tf.keras.layers.Masking(dtype=dtype_of(item).name)(item) for item in tensors[:count]]
    return tensors, [*masked, *tensors[count:]]


def _bidirectional(case: Case) -> Model:
    tensors = start(case)
    wrapped = tf.keras.layers.Bidirectional(make(case), dtype=case.keywords.get("dtype"))
    return tf.keras.Model(tensors, outputs_of(call(case, wrapped, tensors)))


def _masked_bidirectional(case: Case) -> Model:
    tensors, masked = _behind_masking(case)
    wrapped = tf.keras.layers.Bidirectional(make(case), dtype=case.keywords.get("dtype"))
    return tf.keras.Model(tensors, outputs_of(call(case, wrapped, masked)))


def _embedded_on(case: Case) -> Model:
    tensors = start(case)
    found = make(case)(tensors[0])
    reader = tf.keras.layers.SimpleRNN(2, dtype=dtype_of(found).name)
    return tf.keras.Model(tensors, reader(found))


def _input_layer(case: Case) -> Model:
    (shape,) = shapes_of(case)
    entry = tf.keras.Input(shape, **case.keywords)
    return tf.keras.Model(entry, tf.keras.layers.Dense(3)(entry))


def _input_layer_first(case: Case) -> Model:
    (shape,) = shapes_of(case)
    first = entry_with(shape, case.keywords)
    return Sequential([first, tf.keras.layers.Dense(3)])


def _ragged_input(case: Case) -> Model:
    (shape,) = shapes_of(case)
    entry = tf.keras.Input(shape, **case.keywords)
    return tf.keras.Model(entry, tf.keras.layers.SimpleRNN(3)(entry))


def _columns(case: Case) -> Model:
    columns, names = COLUMNS[case.keywords["feature_columns"]]
    rest = {key: item for key, item in case.keywords.items() if key != "feature_columns"}
    layer = tf.keras.layers.DenseFeatures(columns(), **rest)
    entries = {
        name: Input(shape, name=name, dtype=dtype)
        for name, shape, dtype in zip(names, shapes_of(case), dtypes_of(case))  # noqa: B905
    }
    return tf.keras.Model(entries, layer(entries))


BUILDERS: dict[str, Callable[[Case], Model]] = {
    "functional": _functional,
    "sequential": _sequential,
    "nested": _nested,
    "nested_sequential": _nested_sequential,
    "time_distributed": _time_distributed,
    "in_wrapped_model": _in_wrapped_model,
    "shared": _shared,
    "masked": _masked,
    "masked_on": _masked_on,
    "bidirectional": _bidirectional,
    "masked_bidirectional": _masked_bidirectional,
    "embedded_on": _embedded_on,
    "input_layer": _input_layer,
    "input_layer_first": _input_layer_first,
    "ragged_input": _ragged_input,
    "columns": _columns,
}


def build(case: Case) -> Model:
    """The model of a case.

    Raises:
        InapplicableError: the position makes no sense for the row.
    """
    return BUILDERS[case.position](case)
