"""Which function of TensorFlow an operation of Keras 3 calls, on its tensorflow backend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Final

from keraport.changes.keras3 import arguments_of_operations as arguments
from keraport.model import Value
from keraport.records import dataclass


class Given(StrEnum):
    """Of which dtypes a function does what the operation does."""

    ANY = "any"
    """Of whatever all its tensors have alike."""
    WIDE = "wide"
    """Of floats of 32 and 64 bits; the operation computes others in 32."""
    NUMBERS = "numbers"
    """Of floats and signed integers that are no narrower than 32 bits."""
    INTEGERS = "integers"
    """Of signed integers that are no narrower than 32 bits."""
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
        turned: gives its arguments where `keywords` cannot say them.
        alone: what the operation takes after the first tensor may be of another dtype.
        more: the dtype of what comes out behind the first tensor; empty if it is that of this one.
        arrays: it takes arrays of at least that many axes in the place of tensors; 0 for none.
        passed: keyword of the call that is a number or None: what the function calls it.
        places: what the operation takes after the first tensor is a list of numbers from 0 on.
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
    turned: arguments.Turned | None = None
    alone: bool = False
    more: str = ""
    arrays: int = 0
    passed: Mapping[str, str] = field(default_factory=dict)
    places: bool = False


_ANY: Final = Given.ANY
_BOOLS: Final = Given.BOOLS
_NUMBERS: Final = Given.NUMBERS
_AXIS: Final = {"axis": "axis"}
_REDUCING: Final = {"axis": "axis", "keepdims": "keepdims"}
_DTYPE: Final = "dtype"

SLICES: Final = "GetItem"
"""The operation that ``SlicingOpLambda`` stands for."""

_OF_ONE: Final = (
    *(("Arccos", "math.acos"), ("Arccosh", "math.acosh"), ("Arcsin", "math.asin")),
    *(("Arcsinh", "math.asinh"), ("Arctan", "math.atan"), ("Arctanh", "math.atanh")),
    *(("Ceil", "math.ceil"), ("Copy", "identity"), ("Erf", "math.erf")),
    *(("Erfinv", "math.erfinv"), ("Cholesky", "linalg.cholesky"), ("Det", "linalg.det")),
    *(("Inv", "linalg.inv"), ("LogSigmoid", "math.log_sigmoid")),
    *(("Cos", "math.cos"), ("Cosh", "math.cosh"), ("Exp", "math.exp"), ("Expm1", "math.expm1")),
    *(("Floor", "math.floor"), ("Log", "math.log"), ("Log1p", "math.log1p")),
    *(("Reciprocal", "math.reciprocal"), ("Relu", "nn.relu")),
    *(("Relu6", "nn.relu6"), ("Rsqrt", "math.rsqrt"), ("Selu", "nn.selu")),
    *(("Sigmoid", "math.sigmoid"), ("Sign", "math.sign"), ("Silu", "nn.silu")),
    *(("Sin", "math.sin"), ("Sinh", "math.sinh"), ("Softplus", "math.softplus")),
    *(("Softsign", "nn.softsign"), ("Sqrt", "math.sqrt"), ("Square", "math.square")),
    *(("Tan", "math.tan"), ("Tanh", "math.tanh")),
)
_OF_NUMBERS: Final = (
    ("Absolute", "math.abs"),
    ("Abs", "math.abs"),
    ("Negative", "math.negative"),
)
_OF_TWO: Final = (
    *(("Power", "math.pow"), ("TrueDivide", "math.truediv"), ("Divide", "math.truediv")),
)
_OF_TWO_NUMBERS: Final = (
    *(("Add", "math.add"), ("Maximum", "math.maximum"), ("Minimum", "math.minimum")),
    *(("Multiply", "math.multiply"), ("Subtract", "math.subtract")),
    *(("FloorDivide", "math.floordiv"), ("Mod", "math.floormod")),
)
_OF_TWO_INTEGERS: Final = (
    *(("BitwiseAnd", "bitwise.bitwise_and"), ("BitwiseOr", "bitwise.bitwise_or")),
    ("BitwiseXor", "bitwise.bitwise_xor"),
)
_OF_BOOLS: Final = (("Isfinite", "is_finite"), ("Isinf", "is_inf"), ("Isnan", "is_nan"))
_COMPARING: Final = (
    *(("Equal", "math.equal"), ("Greater", "math.greater"), ("Less", "math.less")),
    *(("GreaterEqual", "math.greater_equal"), ("LessEqual", "math.less_equal")),
    ("NotEqual", "math.not_equal"),
)

FUNCTIONS: Final[Mapping[str, Function]] = {
    **{name: Function(function) for name, function in _OF_ONE},
    **{name: Function(function, of=_NUMBERS) for name, function in _OF_NUMBERS},
    **{name: Function(function, ("y",), arrays=1) for name, function in _OF_TWO},
    **{name: Function(f, ("y",), of=_NUMBERS, arrays=1) for name, f in _OF_TWO_NUMBERS},
    **{name: Function(f, ("y",), of=Given.INTEGERS) for name, f in _OF_TWO_INTEGERS},
    **{name: Function(f, ("y",), gives="bool", of=_ANY, arrays=1) for name, f in _COMPARING},
    **{name: Function(f"math.{name_}", gives="bool") for name, name_ in _OF_BOOLS},
    "Arctan2": Function("math.atan2", ("x",)),
    "LogicalXor": Function("math.logical_xor", ("y",), of=_BOOLS),
    "BitwiseNot": Function("bitwise.invert", of=Given.INTEGERS),
    "Round": Function("math.round", only={"decimals": (0,)}),
    "Gelu": Function("nn.gelu", keywords={"approximate": "approximate"}),
    "StopGradient": Function("stop_gradient"),
    "Ravel": Function("reshape", of=_ANY, adds={"shape": [-1]}),
    "LogicalAnd": Function("math.logical_and", ("y",), of=_BOOLS),
    "LogicalOr": Function("math.logical_or", ("y",), of=_BOOLS),
    "LogicalNot": Function("math.logical_not", of=_BOOLS),
    "All": Function("math.reduce_all", keywords=_REDUCING, of=_BOOLS),
    "Any": Function("math.reduce_any", keywords=_REDUCING, of=_BOOLS),
    "Amax": Function("math.reduce_max", keywords=_REDUCING),
    "Amin": Function("math.reduce_min", keywords=_REDUCING),
    "Average": Function("math.reduce_mean", keywords=_AXIS, passed={"weights": ""}),
    "Logsumexp": Function("math.reduce_logsumexp", keywords=_REDUCING),
    "Std": Function("math.reduce_std", keywords=_REDUCING, of=Given.WIDE),
    "Var": Function("math.reduce_variance", keywords=_REDUCING, of=Given.WIDE),
    "CountNonzero": Function(
        "math.count_nonzero", keywords=_AXIS, gives="int32", adds={_DTYPE: "int32"}
    ),
    **{
        name: Function(function, keywords=_AXIS, only={_DTYPE: (None,)}, needs=("axis",))
        for name, function in (("Cumsum", "math.cumsum"), ("Cumprod", "math.cumprod"))
    },
    "Sort": Function("sort", keywords=_AXIS, needs=("axis",)),
    "Argsort": Function("argsort", keywords=_AXIS, needs=("axis",), gives="int32"),
    "TopK": Function("math.top_k", keywords={"k": "k"}, only={"sorted": (True,)}, more="int32"),
    "OneHot": Function("one_hot", turned=arguments.one_hot, of=Given.INTEGERS, gives="dtype"),
    "Norm": Function("compat.v1.norm", turned=arguments.normed, of=Given.WIDE),
    "Normalize": Function("math.l2_normalize", turned=arguments.normalized, of=Given.WIDE),
    "Flip": Function("reverse", turned=arguments.flipped, of=_ANY),
    "Roll": Function("roll", turned=arguments.rolled, of=_ANY),
    "Split": Function("split", turned=arguments.split, of=_ANY),
    "Unstack": Function("unstack", keywords={"num": "num", "axis": "axis"}, of=_ANY),
    "Repeat": Function("repeat", turned=arguments.repeated, of=_ANY),
    "Tril": Function("linalg.band_part", turned=arguments.lower),
    "Triu": Function("linalg.band_part", turned=arguments.upper),
    "Pad": Function(
        "compat.v1.pad", turned=arguments.padded, passed={"constant_values": "constant_values"}
    ),
    "Swapaxes": Function("compat.v1.transpose", turned=arguments.swapped, of=_ANY),
    "Moveaxis": Function("compat.v1.transpose", turned=arguments.moved, of=_ANY),
    "Resize": Function("image.resize", turned=arguments.resized, of=Given.WIDE),
    **{
        name: Function(function, only={"data_format": (None, "channels_last")})
        for name, function in (
            *(("RGBToHSV", "image.rgb_to_hsv"), ("HSVToRGB", "image.hsv_to_rgb")),
            ("RGBToGrayscale", "image.rgb_to_grayscale"),
        )
    },
    "Take": Function(
        "compat.v1.gather", ("indices",), keywords=_AXIS, needs=("axis",), of=_ANY, places=True
    ),
    "Tensordot": Function(
        "tensordot", ("b",), keywords={"axes": "axes"}, needs=("axes",), arrays=1
    ),
    **{
        name: Function(
            function,
            ("segment_ids",),
            keywords={"num_segments": "num_segments"},
            only={"sorted": (False,)},
            needs=("num_segments",),
            alone=True,
        )
        for name, function in (
            ("SegmentSum", "math.unsorted_segment_sum"),
            ("SegmentMax", "math.unsorted_segment_max"),
        )
    },
    "Max": Function("math.reduce_max", keywords=_REDUCING, only={"initial": (None,)}, of=_NUMBERS),
    "Mean": Function("math.reduce_mean", keywords=_REDUCING),
    "Min": Function("math.reduce_min", keywords=_REDUCING, only={"initial": (None,)}, of=_NUMBERS),
    "Prod": Function("math.reduce_prod", keywords=_REDUCING, only={_DTYPE: (None,)}),
    "Sum": Function("math.reduce_sum", keywords=_REDUCING, of=_NUMBERS),
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
    "ConvertToTensor": Function(
        "identity",
        only={_DTYPE: (None,), "sparse": (None, False), "ragged": (None, False)},
        of=_ANY,
    ),
    "Cast": Function("cast", keywords={_DTYPE: _DTYPE}, of=_ANY),
    "Where": Function("where", ("x", "y"), of=_BOOLS),
    "Matmul": Function("linalg.matmul", ("b",), arrays=2),
    "Concatenate": Function("concat", keywords=_AXIS, needs=("axis",), of=_ANY, listed=True),
    "Stack": Function("stack", keywords=_AXIS, of=_ANY, listed=True),
    "ExpandDims": Function("expand_dims", turned=arguments.expanded, of=_ANY),
    "Squeeze": Function("compat.v1.squeeze", keywords=_AXIS, of=_ANY),
    "Transpose": Function("compat.v1.transpose", turned=arguments.transposed, of=_ANY),
    "Reshape": Function("reshape", keywords={"newshape": "shape"}, of=_ANY),
    "BroadcastTo": Function("broadcast_to", keywords={"shape": "shape"}, of=_ANY),
    "Tile": Function("tile", turned=arguments.tiled, of=_ANY),
    "ZerosLike": Function("zeros_like", keywords={_DTYPE: _DTYPE}, of=_ANY),
    "OnesLike": Function("ones_like", keywords={_DTYPE: _DTYPE}, of=_ANY),
}
"""By the class of an operation. Read off ``backend/tensorflow`` of Keras 3.15.1."""
