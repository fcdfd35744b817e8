"""What functions give, and what attributes are: tables.

Read in the sources of TensorFlow 2.3: ``tensorflow/python/keras/backend.py``,
``tensorflow/python/framework``, ``tensorflow/python/ops``.
"""

from __future__ import annotations

from collections.abc import Mapping

from keraport.catalog.public_names import PublicName
from keraport.porting.kinds.kind import OBJECT, TENSOR, UNKNOWN, Kind, Kinds, kinds

_NUMBER, _STRING = kinds(Kind.NUMBER), kinds(Kind.STRING)
_BOOL, _LIST, _ARRAY = kinds(Kind.BOOL), kinds(Kind.LIST), kinds(Kind.ARRAY)
_NONE, _CALLABLE = kinds(Kind.NONE), kinds(Kind.CALLABLE)

OF_TENSORFLOW: Mapping[str, Kinds] = {
    "TensorShape": kinds(Kind.SHAPE),
    "as_dtype": kinds(Kind.DTYPE),
    "broadcast_static_shape": kinds(Kind.SHAPE),
    "compat.dimension_value": kinds(Kind.NUMBER, Kind.NONE),
    "control_dependencies": OBJECT,
    "convert_to_tensor": TENSOR,
    "device": OBJECT,
    "executing_eagerly": _BOOL,
    "get_static_value": kinds(Kind.ARRAY, Kind.NONE),
    "inside_function": _BOOL,
    "is_tensor": _BOOL,
    "keras.Input": TENSOR,
    "keras.backend.backend": _STRING,
    "keras.backend.batch_get_value": _LIST,
    "keras.backend.cast_to_floatx": UNKNOWN,
    "keras.backend.count_params": _NUMBER,
    "keras.backend.dtype": _STRING,
    "keras.backend.epsilon": _NUMBER,
    "keras.backend.eval": _ARRAY,
    "keras.backend.floatx": _STRING,
    "keras.backend.function": OBJECT,
    "keras.backend.get_uid": _NUMBER,
    "keras.backend.get_value": _ARRAY,
    "keras.backend.image_data_format": _STRING,
    "keras.backend.int_shape": _LIST,
    "keras.backend.is_keras_tensor": _BOOL,
    "keras.backend.is_sparse": _BOOL,
    "keras.backend.learning_phase": UNKNOWN,
    "keras.backend.name_scope": OBJECT,
    "keras.backend.ndim": _NUMBER,
    "keras.backend.rnn": kinds(Kind.TENSOR),
    "keras.layers.Input": TENSOR,
    "name_scope": OBJECT,
    "nest.flatten": UNKNOWN,
    "variable_scope": OBJECT,
}
"""By path below ``tf``, where the module below does not say it."""

_FUNCTIONS_OF: Mapping[str, Kinds] = {
    "tensorflow.python.data": UNKNOWN,
    "tensorflow.python.framework.constant_op": TENSOR,
    "tensorflow.python.framework.dtypes": kinds(Kind.DTYPE),
    "tensorflow.python.keras.activations": TENSOR,
    "tensorflow.python.keras.applications": _CALLABLE,
    "tensorflow.python.keras.backend": TENSOR,
    "tensorflow.python.keras.layers": TENSOR,
    "tensorflow.python.keras.losses": TENSOR,
    "tensorflow.python.keras.metrics": TENSOR,
    "tensorflow.python.ops.check_ops": OBJECT,
    "tensorflow.python.ops.control_flow_ops": UNKNOWN,
    "tensorflow.python.ops.custom_gradient": UNKNOWN,
    "tensorflow.python.ops.functional_ops": UNKNOWN,
    "tensorflow.python.ops.map_fn": UNKNOWN,
    "tensorflow.python.ops": TENSOR,
}
"""What functions of a module give; the longest that fits."""

_CLASSES_OF: Mapping[str, Kinds] = {
    "tensorflow.python.framework": OBJECT,
    "tensorflow.python.keras": _CALLABLE,
    "tensorflow.python.ops.init_ops_v2": _CALLABLE,
    "tensorflow.python.ops.resource_variable_ops": TENSOR,
    "tensorflow.python.ops.variables": TENSOR,
    "tensorflow.python.ops": OBJECT,
}
"""What objects of the classes of a module are."""

_GETTERS = ("get", "deserialize")
_DTYPES = frozenset(
    {"bfloat16", "bool", "complex64", "complex128", "double", "float16", "float32", "float64"}
    | {"half", "int8", "int16", "int32", "int64", "qint8", "qint16", "qint32", "quint8"}
    | {"quint16", "resource", "string", "uint8", "uint16", "uint32", "uint64", "variant"}
)


def result_of(path: str, entry: PublicName | None) -> Kinds:
    """What a call of a public name of TensorFlow gives."""
    if path in OF_TENSORFLOW:
        return OF_TENSORFLOW[path]
    if entry is None or not entry.identity:
        return UNKNOWN
    module, _, name = entry.identity.partition(":")
    if name in _GETTERS:
        return _CALLABLE
    table = _CLASSES_OF if name.lstrip("_")[:1].isupper() else _FUNCTIONS_OF
    if path.startswith("raw_ops."):
        return TENSOR
    while module:
        if module in table:
            return table[module]
        module = module.rpartition(".")[0]
    return UNKNOWN


def value_of(path: str, entry: PublicName | None) -> Kinds:
    """What a public name is by itself, not called."""
    if path.removeprefix("dtypes.") in _DTYPES:
        return kinds(Kind.DTYPE)
    if path == "newaxis":
        return _NONE
    if entry is not None and entry.identity:
        is_class = entry.identity.rpartition(":")[2].lstrip("_")[:1].isupper()
        return OBJECT if is_class else _CALLABLE
    return OBJECT


BUILTINS: Mapping[str, Kinds] = {
    **dict.fromkeys(("len", "int", "float", "id", "hash", "ord", "complex"), _NUMBER),
    **dict.fromkeys(("str", "repr", "chr", "format", "hex", "bin", "ascii"), _STRING),
    **dict.fromkeys(
        ("isinstance", "issubclass", "hasattr", "callable", "bool", "all", "any"), _BOOL
    ),
    **dict.fromkeys(("range", "dir", "bytes"), _LIST),
    **dict.fromkeys(("type", "super", "object", "slice", "open", "vars"), OBJECT),
    "print": _NONE,
}
"""What calls of Python's functions give, whatever they are called with."""

LIKE_THEIR_ARGUMENTS = frozenset({"abs", "divmod", "max", "min", "pow", "round", "sum"})
LISTS_OF_THEIR_ARGUMENTS = frozenset(
    {"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "enumerate", "zip", "dict"}
)

MODULES: Mapping[str, Kinds] = {"math": _NUMBER, "numpy": _ARRAY, "os": OBJECT, "re": OBJECT}
"""What functions and constants of other modules give."""

ATTRIBUTES: Mapping[str, Kinds] = {
    **dict.fromkeys(("__class__", "__dict__", "graph", "op", "device"), OBJECT),
    **dict.fromkeys(("__doc__", "__module__", "__name__", "__qualname__", "name"), _STRING),
    "dtype": kinds(Kind.DTYPE),
    "ndim": _NUMBER,
    "ndims": _NUMBER,
    "shape": kinds(Kind.SHAPE),
}
"""Attributes of anything, ``self`` excepted."""

ATTRIBUTES_OF: Mapping[Kind, Mapping[str, Kinds]] = {
    Kind.SHAPE: {"dims": _LIST, "rank": _NUMBER},
    Kind.DTYPE: {
        **dict.fromkeys(("is_bool", "is_complex", "is_floating", "is_integer"), _BOOL),
        **dict.fromkeys(("as_numpy_dtype", "base_dtype", "real_dtype"), kinds(Kind.DTYPE)),
        **dict.fromkeys(("max", "min", "size", "as_datatype_enum"), _NUMBER),
        "is_unsigned": _BOOL,
    },
    Kind.SIZE: {"value": kinds(Kind.NUMBER, Kind.NONE)},
    Kind.ARRAY: {"shape": _LIST, "size": _NUMBER, "T": _ARRAY},
}

OF_LAYERS: Mapping[str, Kinds] = {
    "built": _BOOL,
    "dtype": kinds(Kind.STRING, Kind.NONE),
    "dynamic": _BOOL,
    "name": _STRING,
    "stateful": _BOOL,
    "supports_masking": _BOOL,
    "trainable": _BOOL,
    **dict.fromkeys(
        (
            *("losses", "non_trainable_weights", "trainable_weights", "updates", "weights"),
            *("trainable_variables", "variables"),
        ),
        kinds(Kind.TENSORS),
    ),
    **dict.fromkeys(("input", "output"), TENSOR),
    **dict.fromkeys(("input_shape", "output_shape"), _LIST),
}
"""Attributes of ``self`` in layers and models, unless the file sets them to something."""

METHODS: Mapping[str, Kinds] = {
    **dict.fromkeys(("get_shape", "compute_output_shape"), kinds(Kind.SHAPE)),
    **dict.fromkeys(("add_weight", "add_variable"), TENSOR),
    **dict.fromkeys(("as_list", "get_config", "keys", "get_weights", "items_"), _LIST),
    **dict.fromkeys(("num_elements", "index", "find"), _NUMBER),
    **dict.fromkeys(
        ("is_fully_defined", "is_compatible_with", "startswith", "endswith", "isdigit"),
        _BOOL,
    ),
    **dict.fromkeys(
        ("lower", "upper", "format", "strip", "lstrip", "rstrip", "replace", "title"), _STRING
    ),
    "numpy": _ARRAY,
    "tolist": _LIST,
}
"""What calls of methods give, whatever they are methods of."""

METHODS_OF: Mapping[Kind, Mapping[str, Kinds]] = {
    Kind.STRING: {"join": _STRING, "split": _LIST, "count": _NUMBER},
    Kind.CALLABLE: {"count_params": _NUMBER},
}
