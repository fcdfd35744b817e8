"""Raw operations: shapes from the node of a ``TensorFlowOpLayer`` and from its constants.

The config does not state what comes out; the operations that models use most have a rule, others
are unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from keraport.analysis.shapes import op_rules as rules
from keraport.analysis.shapes.values import Rule, Shapes, UnknownShape
from keraport.changes.operations.node import Node, NodeError, read_node
from keraport.model import Config

_Rule: TypeAlias = Callable[[Node, Shapes], Shapes]


def _operation(config: Config, inputs: Shapes) -> Shapes:
    try:
        node = read_node(config)
    except NodeError as error:
        raise UnknownShape from error
    if node is None or len(inputs) != len(node.tensors):
        raise UnknownShape
    given = dict(zip(node.tensors, inputs, strict=True))
    every = tuple(
        node.constants[index].shape if index in node.constants else given[index]
        for index in range(len(node.inputs))
    )
    rule = _RULES.get(node.definition.name)
    if rule is None:
        raise UnknownShape
    return rule(node, every)


def _rows(names: str, rule: _Rule) -> dict[str, _Rule]:
    return dict.fromkeys(names.split(), rule)


_RULES: Mapping[str, _Rule] = {
    **_rows(
        "Abs Acos Acosh AdjustContrastv2 AdjustHue AdjustSaturation Angle AsString Asin Asinh "
        "Atan Atanh BesselI0 BesselI0e BesselI1 BesselI1e BiasAdd Cast Ceil CheckNumerics "
        "Cholesky ComplexAbs Conj Cos Cosh Cumprod Cumsum CumulativeLogsumexp Digamma Elu Erf "
        "Erfc Erfinv Exp Expm1 Floor Identity Imag Inv Invert IsFinite IsInf IsNan LRN "
        "LeakyRelu Lgamma Log Log1p LogSoftmax LogicalNot MatrixBandPart MatrixInverse Ndtri "
        "Neg OnesLike PreventGradient Real Reciprocal Relu Relu6 ReverseV2 Rint Roll Round "
        "Rsqrt Selu Sigmoid Sign Sin Sinh Snapshot Softmax Softplus Softsign Sqrt Square "
        "StopGradient StringLength StringToNumber Tan Tanh ZerosLike",
        rules.keep,
    ),
    **_rows(
        "Add AddV2 Atan2 BitwiseAnd BitwiseOr BitwiseXor Complex Div DivNoNan Equal FloorDiv "
        "FloorMod Greater GreaterEqual Igamma Igammac LeftShift Less LessEqual LogicalAnd "
        "LogicalOr Maximum Minimum Mul MulNoNan NextAfter NotEqual Polygamma Pow RealDiv "
        "RightShift SelectV2 SquaredDifference Sub TruncateDiv TruncateMod Xdivy Xlog1py Xlogy "
        "Zeta",
        rules.broadcast,
    ),
    **_rows("All Any ArgMax ArgMin EuclideanNorm Max Mean Min Prod Sum", rules.reduced),
    **_rows("L2Loss Rank Size", rules.scalar),
    **_rows("BatchMatMul BatchMatMulV2 MatMul", rules.matmul),
    **_rows("MirrorPad Pad PadV2", rules.padded),
    **_rows("ResizeArea ResizeBicubic ResizeBilinear ResizeNearestNeighbor", rules.resize),
    "AddN": rules.merged,
    "ConcatV2": rules.concat,
    "ExpandDims": rules.expand_dims,
    "GatherV2": rules.gather,
    "OneHot": rules.one_hot,
    "Pack": rules.pack,
    "Reshape": rules.reshape,
    "Select": rules.merged,
    "Shape": rules.rank,
    "Slice": rules.sliced,
    "Split": rules.split,
    "SplitV": rules.split_sizes,
    "Squeeze": rules.squeeze,
    "StridedSlice": rules.strided_slice,
    "Tile": rules.tile,
    "TopKV2": rules.top,
    "Transpose": rules.transpose,
    "Unpack": rules.unpack,
}

KNOWN = frozenset(_RULES)
"""The operations whose shapes can be told."""

RULES: dict[str, Rule] = {"operation": _operation}
