"""Which function of TensorFlow an operation of Keras 3 calls, on its tensorflow backend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Final

from keraport.model import Value
from keraport.records import dataclass


class Given(StrEnum):
    """Of which dtypes a function does what the operation does."""

    ANY = "any"
    """Of whatever all its tensors have alike."""
    FLOATS = "floats"
    """The operation makes floats of integers, and the function does not."""
    BOOLS = "bools"
    """The operation makes booleans of numbers, and the function does not."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function.

    Args:
        name: in TensorFlow, as a ``TFOpLambda`` names it.
        inputs: what it calls the tensors or numbers that the operation takes after the first.
        keywords: keyword of the operation: what the function calls it.
        only: keyword of the operation that the function lacks: the values that it may have.
        needs: keywords without which the operation flattens what it is given.
        gives: the dtype of what comes out; empty if it is that of what goes in.
        of: what it may be given.
        adds: further arguments of the function.
        listed: it is called on a list of tensors.
    """

    name: str
    inputs: tuple[str, ...] = ()
    keywords: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    gives: str = ""
    of: Given = Given.FLOATS
    adds: Mapping[str, Value] = field(default_factory=dict)
    listed: bool = False


_ANY: Final = Given.ANY
_BOOLS: Final = Given.BOOLS
_AXIS: Final = {"axis": "axis"}
_REDUCING: Final = {"axis": "axis", "keepdims": "keepdims"}
_DTYPE: Final = "dtype"

SLICES: Final = "GetItem"
"""The operation that ``SlicingOpLambda`` stands for."""

_OF_ONE: Final = (
    *(("Absolute", "math.abs"), ("Abs", "math.abs"), ("Arccos", "math.acos")),
    *(("Arcsin", "math.asin"), ("Arctan", "math.atan"), ("Ceil", "math.ceil")),
    *(("Cos", "math.cos"), ("Cosh", "math.cosh"), ("Exp", "math.exp"), ("Expm1", "math.expm1")),
    *(("Floor", "math.floor"), ("Log", "math.log"), ("Log1p", "math.log1p")),
    *(("Negative", "math.negative"), ("Reciprocal", "math.reciprocal"), ("Relu", "nn.relu")),
    *(("Relu6", "nn.relu6"), ("Rsqrt", "math.rsqrt"), ("Selu", "nn.selu")),
    *(("Sigmoid", "math.sigmoid"), ("Sign", "math.sign"), ("Silu", "nn.silu")),
    *(("Sin", "math.sin"), ("Sinh", "math.sinh"), ("Softplus", "math.softplus")),
    *(("Softsign", "nn.softsign"), ("Sqrt", "math.sqrt"), ("Square", "math.square")),
    *(("Tan", "math.tan"), ("Tanh", "math.tanh")),
)
_OF_TWO: Final = (
    *(("Add", "math.add"), ("Maximum", "math.maximum"), ("Minimum", "math.minimum")),
    *(("Multiply", "math.multiply"), ("Power", "math.pow"), ("Subtract", "math.subtract")),
    *(("TrueDivide", "math.truediv"), ("Divide", "math.truediv")),
)
_COMPARING: Final = (
    *(("Equal", "math.equal"), ("Greater", "math.greater"), ("Less", "math.less")),
    *(("GreaterEqual", "math.greater_equal"), ("LessEqual", "math.less_equal")),
    ("NotEqual", "math.not_equal"),
)

FUNCTIONS: Final[Mapping[str, Function]] = {
    **{name: Function(function) for name, function in _OF_ONE},
    **{name: Function(function, ("y",)) for name, function in _OF_TWO},
    **{name: Function(f, ("y",), gives="bool", of=_ANY) for name, f in _COMPARING},
    "LogicalAnd": Function("math.logical_and", ("y",), of=_BOOLS),
    "LogicalOr": Function("math.logical_or", ("y",), of=_BOOLS),
    "LogicalNot": Function("math.logical_not", of=_BOOLS),
    "All": Function("math.reduce_all", keywords=_REDUCING, of=_BOOLS),
    "Any": Function("math.reduce_any", keywords=_REDUCING, of=_BOOLS),
    "Max": Function("math.reduce_max", keywords=_REDUCING, only={"initial": (None,)}),
    "Mean": Function("math.reduce_mean", keywords=_REDUCING),
    "Min": Function("math.reduce_min", keywords=_REDUCING, only={"initial": (None,)}),
    "Prod": Function("math.reduce_prod", keywords=_REDUCING, only={_DTYPE: (None,)}),
    "Sum": Function("math.reduce_sum", keywords=_REDUCING),
    **{
        name: Function(
            function,
            keywords=_AXIS,
            only={"keepdims": (False,)},
            needs=("axis",),
            gives="int32",
            adds={"output_type": "int32"},
        )
        for name, function in (("Argmax", "math.argmax"), ("Argmin", "math.argmin"))
    },
    "Softmax": Function("nn.softmax", keywords=_AXIS, needs=("axis",)),
    "LogSoftmax": Function("nn.log_softmax", keywords=_AXIS, needs=("axis",)),
    "LeakyRelu": Function("nn.leaky_relu", keywords={"negative_slope": "alpha"}),
    "Elu": Function("nn.elu", only={"alpha": (1, 1.0)}),
    "Clip": Function(
        "clip_by_value", keywords={"x_min": "clip_value_min", "x_max": "clip_value_max"}
    ),
    "Cast": Function("cast", keywords={_DTYPE: _DTYPE}, of=_ANY),
    "Where": Function("where", ("x", "y"), of=_BOOLS),
    "Matmul": Function("linalg.matmul", ("b",)),
    "Concatenate": Function("concat", keywords=_AXIS, needs=("axis",), of=_ANY, listed=True),
    "Stack": Function("stack", keywords=_AXIS, of=_ANY, listed=True),
    "ExpandDims": Function("expand_dims", keywords=_AXIS, of=_ANY),
    "Squeeze": Function("compat.v1.squeeze", keywords=_AXIS, of=_ANY),
    "Transpose": Function(
        "compat.v1.transpose", keywords={"axes": "perm"}, needs=("axes",), of=_ANY
    ),
    "Reshape": Function("reshape", keywords={"newshape": "shape"}, of=_ANY),
    "BroadcastTo": Function("broadcast_to", keywords={"shape": "shape"}, of=_ANY),
    "Tile": Function("tile", keywords={"repeats": "multiples"}, of=_ANY),
    "ZerosLike": Function("zeros_like", keywords={_DTYPE: _DTYPE}, of=_ANY),
    "OnesLike": Function("ones_like", keywords={_DTYPE: _DTYPE}, of=_ANY),
}
"""By the class of an operation. Read off ``backend/tensorflow`` of Keras 3.15.1."""
