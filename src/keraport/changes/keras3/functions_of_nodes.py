"""Which function of TensorFlow does what an operation of a ``TensorFlowOpLayer`` does.

A companion calls no operation where Keras 3 does not run on TensorFlow; functions it computes with
``keras.ops`` (`keraport.changes.keras3.functions_in_ops`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import Final

from keraport.changes.operations.node import Node, NodeError, read_node
from keraport.model import Call, Constant, Layer, Value
from keraport.model.graph import find_refs
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class Function:
    """A function.

    Args:
        name: as a ``TFOpLambda`` names it.
        inputs: what it calls the inputs of the operation after the first.
        attributes: of the operation that it has: what it calls them.
        only: further ones, and the values that change nothing.
        listed: it takes all tensors as one list.
        adds: further arguments.
    """

    name: str
    inputs: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    listed: bool = False
    adds: Mapping[str, Value] = field(default_factory=dict)


_OF_ONE: Final = (
    *("Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Cos", "Cosh", "Erf"),
    *("Exp", "Expm1", "Floor", "Log", "Log1p", "Reciprocal", "Rint", "Round", "Rsqrt", "Sigmoid"),
    *("Sign", "Sin", "Sinh", "Softplus", "Sqrt", "Square", "Tan", "Tanh"),
)
"""Called as the operation is, among ``math``."""
_OF_TWO: Final = {
    "Add": "add",
    "AddV2": "add",
    "DivNoNan": "divide_no_nan",
    "Equal": "equal",
    "FloorMod": "floormod",
    "Greater": "greater",
    "GreaterEqual": "greater_equal",
    "Less": "less",
    "LessEqual": "less_equal",
    "LogicalAnd": "logical_and",
    "LogicalOr": "logical_or",
    "Maximum": "maximum",
    "Minimum": "minimum",
    "Mul": "multiply",
    "NotEqual": "not_equal",
    "Pow": "pow",
    "RealDiv": "truediv",
    "Sub": "subtract",
    "SquaredDifference": "squared_difference",
}
_REDUCING: Final = {
    "All": "reduce_all",
    "Any": "reduce_any",
    "EuclideanNorm": "reduce_euclidean_norm",
    "Max": "reduce_max",
    "Mean": "reduce_mean",
    "Min": "reduce_min",
    "Prod": "reduce_prod",
    "Sum": "reduce_sum",
}
_NEURAL: Final = {
    "Elu": "elu",
    "LogSoftmax": "log_softmax",
    "Relu": "relu",
    "Relu6": "relu6",
    "Selu": "selu",
    "Softmax": "softmax",
    "Softsign": "softsign",
    "L2Loss": "l2_loss",
}
_ALSO: Final = {"exclusive": "exclusive", "reverse": "reverse"}
_BROADCASTS: Final[Mapping[str, tuple[Value, ...]]] = {"incompatible_shape_error": (True,)}
_NHWC: Final[Mapping[str, tuple[Value, ...]]] = {"data_format": ("NHWC",)}

FUNCTIONS: Final[Mapping[str, Function]] = {
    **{name: Function(f"math.{name.lower()}") for name in _OF_ONE},
    **{name: Function(f"nn.{function}") for name, function in _NEURAL.items()},
    **{name: Function(f"math.{f}", ("y",), only=_BROADCASTS) for name, f in _OF_TWO.items()},
    **{
        name: Function(f"math.{function}", ("axis",), {"keep_dims": "keepdims"})
        for name, function in _REDUCING.items()
    },
    "AddN": Function("math.add_n", listed=True),
    "ArgMax": Function("math.argmax", ("axis",), {"output_type": "output_type"}),
    "ArgMin": Function("math.argmin", ("axis",), {"output_type": "output_type"}),
    "Atan2": Function("math.atan2", ("x",)),
    "BatchMatMulV2": Function(
        "linalg.matmul", ("b",), {"adj_x": "transpose_a", "adj_y": "transpose_b"}
    ),
    "BroadcastTo": Function("broadcast_to", ("shape",)),
    "Cast": Function("cast", (), {"DstT": "dtype"}, {"Truncate": (False,)}),
    "ConcatV2": Function("concat", ("axis",), listed=True),
    "Cumprod": Function("math.cumprod", ("axis",), _ALSO),
    "Cumsum": Function("math.cumsum", ("axis",), _ALSO),
    "DepthToSpace": Function("nn.depth_to_space", (), {"block_size": "block_size"}, _NHWC),
    "ExpandDims": Function("expand_dims", ("axis",)),
    "GatherV2": Function("compat.v1.gather", ("indices", "axis"), only={"batch_dims": (0,)}),
    "Identity": Function("identity"),
    "IsFinite": Function("math.is_finite"),
    "IsNan": Function("math.is_nan"),
    "LeakyRelu": Function("nn.leaky_relu", (), {"alpha": "alpha"}),
    "LogicalNot": Function("math.logical_not"),
    "MatMul": Function(
        *("linalg.matmul", ("b",)), {"transpose_a": "transpose_a", "transpose_b": "transpose_b"}
    ),
    "MirrorPad": Function("compat.v1.pad", ("paddings",), {"mode": "mode"}),
    "Neg": Function("math.negative"),
    "Pack": Function("stack", (), {"axis": "axis"}, listed=True),
    "Pad": Function("compat.v1.pad", ("paddings",)),
    "PadV2": Function("compat.v1.pad", ("paddings", "constant_values")),
    "Reshape": Function("reshape", ("shape",)),
    "ReverseV2": Function("reverse", ("axis",)),
    "Roll": Function("roll", ("shift", "axis")),
    "Select": Function("where", ("x", "y")),
    "SelectV2": Function("where", ("x", "y")),
    "Slice": Function("slice", ("begin", "size")),
    "SpaceToDepth": Function("nn.space_to_depth", (), {"block_size": "block_size"}, _NHWC),
    "SplitV": Function("split", ("num_or_size_splits", "axis")),
    "Squeeze": Function("compat.v1.squeeze", (), {"squeeze_dims": "axis"}),
    "StopGradient": Function("stop_gradient"),
    "Tile": Function("tile", ("multiples",)),
    "Transpose": Function("compat.v1.transpose", ("perm",)),
    "Unpack": Function("unstack", (), {"axis": "axis"}),
    "ZerosLike": Function("zeros_like"),
}
"""By the name of an operation."""

_TYPES: Final = frozenset({"Index", "N", "SrcT", "T", "Tdim", "Tidx", "Tlen", "Tmultiples"})
_COUNTS: Final = frozenset({"num", "num_split", "Tindices", "Tparams", "Taxis", "Tpaddings"})
_SHAPES: Final = frozenset({"Tperm", "Tshape", "Tshift", "Tdims"})
_SAID: Final = _TYPES | _COUNTS | _SHAPES
"""Attributes that its inputs and outputs say."""
_SLICES: Final = "StridedSlice"
_SPLITS: Final = "Split"


def as_function(layer: Layer) -> Layer | None:
    """The layer that calls the function, or slices; None if there is no such function.

    Args:
        layer: a ``TensorFlowOpLayer``.
    """
    try:
        node = read_node(layer.config)
    except NodeError:
        return None
    if node is None or any(len(find_refs(c.inputs)) != len(node.tensors) for c in layer.calls):
        return None
    called = [_called(node, _given(node, call)) for call in layer.calls]
    if not called or any(item is None for item in called):
        return None
    names = {item[0] for item in called if item is not None}
    slices = node.definition.name == _SLICES
    return replace(
        layer,
        class_name="SlicingOpLambda" if slices else "TFOpLambda",
        config={"name": layer.name, "function": names.pop()},
        calls=tuple(item[1] for item in called if item is not None),
    )


def _given(node: Node, call: Call) -> list[Value]:
    """The inputs of the operation in their order: tensors, and constants as lists of numbers."""
    refs = list(find_refs(call.inputs))
    return [
        node.constants[at].tolist() if at in node.constants else refs.pop(0)
        for at in range(len(node.inputs))
    ]


def _called(node: Node, given: list[Value]) -> tuple[str, Call] | None:
    """The name of the function, and what it is called with."""
    name = node.definition.name
    if name == _SLICES:
        return _sliced(node, given)
    if name == _SPLITS:
        arguments = {"num_or_size_splits": node.attributes["num_split"], "axis": given[0]}
        return None if 0 not in node.constants else ("split", Call(given[1], arguments))
    function = FUNCTIONS.get(name)
    if function is None or not _says_all(node, function):
        return None
    keywords: dict[str, Value] = dict(function.adds)
    for key, argument in function.attributes.items():
        keywords[argument] = node.attributes[key]
    if keywords.get("axis") == [] and name == "Squeeze":
        keywords["axis"] = None
    tensors = len(given) - len(function.inputs)
    keywords.update(zip(function.inputs, given[tensors:], strict=True))
    first = given[:tensors] if function.listed else given[0]
    if function.listed:
        return function.name, Call(list(map(_in_place, given[:tensors])), keywords)
    return (function.name, Call(_in_place(first), keywords)) if tensors == 1 else None


def _in_place(value: Value) -> Value:
    """What stands in the place of a tensor."""
    return value if find_refs(value) else Constant(value)


def _says_all(node: Node, function: Function) -> bool:
    """True if the function has every setting of the operation."""
    return all(
        key in _SAID or key in function.attributes or value in function.only.get(key, ())
        for key, value in node.attributes.items()
    )


def _sliced(node: Node, given: Sequence[Value]) -> tuple[str, Call] | None:
    """A slice; None where its places are not numbers."""
    if not {1, 2, 3} <= set(node.constants):
        return None
    starts, stops, steps = (node.constants[at].tolist() for at in (1, 2, 3))
    if not all(isinstance(item, list) for item in (starts, stops, steps)):
        return None
    masks = {key: value for key, value in node.attributes.items() if key.endswith("_mask")}
    items: list[Value] = []
    for at, (start, stop, step) in enumerate(zip(starts, stops, steps, strict=True)):
        set_here = {key for key, value in masks.items() if value >> at & 1}
        if "ellipsis_mask" in set_here:
            items.append({"class_name": "__ellipsis__"})
        elif "new_axis_mask" in set_here:
            items.append(None)
        elif "shrink_axis_mask" in set_here:
            items.append(start)
        else:
            items.append(
                {
                    "start": None if "begin_mask" in set_here else start,
                    "stop": None if "end_mask" in set_here else stop,
                    "step": step,
                }
            )
    return "__operators__.getitem", Call(given[0], {"slice_spec": items})
