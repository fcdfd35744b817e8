"""Operations that TF 1.12 lacks, or that TF 2.3 gave a new meaning, said with what TF 1.12 has.

Each has a function ``_op_<Name>`` of its own among the sources of the companion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from keraport.model import Value
from keraport.records import dataclass
from keraport.report import Verdict

_FLOATS = ("float32", "float64")
_KERNELS = ("gaussian", "keyscubic", "lanczos3", "lanczos5", "mitchellcubic", "triangle")
_EXPLICIT = ("EXPLICIT",)
_NUMBERS = (*_FLOATS, "int32", "int64")
_PIXELS = (*_NUMBERS, "float16", "int8", "int16", "uint8", "uint16")


@dataclass(frozen=True, slots=True)
class Expressed:
    """How TF 1.12 says an operation.

    Args:
        text: what it is said with, for the report and the reference.
        verdict: how faithful that is.
        allowed: for some attributes the values that it works for.
    """

    text: str
    verdict: Verdict = Verdict.EXACT
    allowed: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)


_ROUNDED = Verdict.EQUIVALENT
_SAME = Verdict.EXACT


def _row(text: str, verdict: Verdict = _SAME, **allowed: tuple[Value, ...]) -> Expressed:
    return Expressed(text, verdict, allowed)


EXPRESSED: Mapping[str, Expressed] = {
    "BatchMatMulV2": _row("BatchMatMul of broadcast operands", T=(*_FLOATS, "int32")),
    "BesselI0": _row("BesselI0e times the exponential", _ROUNDED, T=_FLOATS),
    "BesselI1": _row("BesselI1e times the exponential", _ROUNDED, T=_FLOATS),
    "Conv2D": _row("Pad, then Conv2D without padding", T=_FLOATS, padding=_EXPLICIT),
    "CumulativeLogsumexp": _row("a sum over the elements up to each", _ROUNDED, T=_FLOATS),
    "DepthwiseConv2dNative": _row(
        "Pad, then DepthwiseConv2dNative without padding", T=_FLOATS, padding=_EXPLICIT
    ),
    "Einsum": _row("Transpose, Reshape, BatchMatMul", _ROUNDED, T=(*_FLOATS, "int32")),
    "Erfinv": _row("the same polynomials in single steps", _ROUNDED, T=_FLOATS),
    "EuclideanNorm": _row("Sqrt of the Sum of squares", T=_FLOATS),
    "FusedBatchNormV3": _row("FusedBatchNorm", T=("float32",), U=("float32",)),
    "GatherV2": _row("GatherV2 of rows counted through the batch", Tparams=_NUMBERS),
    "ImageProjectiveTransformV2": _row("the operation of tf.contrib.image", dtype=_NUMBERS),
    "LeakyRelu": _row("Select between x and alpha times x", T=_FLOATS),
    "MatrixDiagPartV3": _row("GatherV2 of the flat matrix", T=_NUMBERS),
    "MatrixDiagV3": _row("GatherV2 of the flat diagonals", T=_NUMBERS),
    "MatrixSetDiagV3": _row("GatherV2 of the flat diagonals, then Select", T=_NUMBERS),
    "MaxPoolWithArgmax": _row("MaxPoolWithArgmax, its places counted in each sample", T=_FLOATS),
    "MulNoNan": _row("Select between the product and zero", T=_FLOATS),
    "Ndtri": _row("the same polynomials in single steps", _ROUNDED, T=_FLOATS),
    "NextAfter": _row("arithmetic on the bits", T=("float32",)),
    "ResizeBicubic": _row("products with the weights of the pixels", _ROUNDED, T=_PIXELS),
    "ResizeBilinear": _row("products with the weights of the pixels", _ROUNDED, T=_PIXELS),
    "ResizeNearestNeighbor": _row("GatherV2 of the nearest pixels", T=_PIXELS),
    "ScaleAndTranslate": _row(
        "products with the weights of the pixels", _ROUNDED, T=("float32",), kernel_type=_KERNELS
    ),
    "SelectV2": _row("Select of broadcast operands"),
    "StringLower": _row("a replacement for each letter", encoding=("",)),
    "StringUpper": _row("a replacement for each letter", encoding=("",)),
    "TensorScatterAdd": _row("ScatterNd, then Add", T=_NUMBERS),
    "TensorScatterMax": _row("UnsortedSegmentMax", T=_NUMBERS),
    "TensorScatterMin": _row("UnsortedSegmentMin", T=_NUMBERS),
    "TensorScatterSub": _row("ScatterNd, then Sub", T=_NUMBERS),
    "TensorScatterUpdate": _row("DynamicStitch"),
    "TridiagonalMatMul": _row("products of shifted rows", _ROUNDED, T=_FLOATS),
    "TridiagonalSolve": _row("MatrixSolve", _ROUNDED, T=_FLOATS),
    "Xlog1py": _row("Select between the product and zero", T=_FLOATS),
}
"""Operation: how it is said. Those that TF 1.12 knows by name are said so only where an attribute
has a value that it does not know."""

REFUSED: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(
        (
            "If",
            "StatelessIf",
            "While",
            "StatelessWhile",
            "PartitionedCall",
            "StatefulPartitionedCall",
        ),
        (
            "it calls functions, which the file does not hold",
            "write the loop or the condition in the call method of a custom layer",
        ),
    ),
    **dict.fromkeys(
        ("StatelessRandomUniformInt", "StatelessRandomUniformFullInt"),
        (
            "TF 1.12 has nothing that draws the same integers from a seed",
            "draw floats with tf.random.stateless_uniform and cast them",
        ),
    ),
}
"""Operation: why it is not said, and the workaround."""

SAME_AT: Mapping[tuple[str, str], tuple[Value, ...]] = {
    # What becomes of shapes that do not fit; those of a working model do.
    ("Equal", "incompatible_shape_error"): (True, False),
    ("NotEqual", "incompatible_shape_error"): (True, False),
    # TF 1.12 counts places through all samples; measured.
    ("MaxPoolWithArgmax", "include_batch_in_index"): (True,),
}
"""Operation and an attribute that TF 1.12 does not know: the values at which it does the same;
the default where nothing is said."""

FIXED: Mapping[str, tuple[int, ...]] = {
    "CumulativeLogsumexp": (1,),
    "GatherV2": (2,),
    "MatrixDiagPartV3": (1,),
    "MatrixDiagV3": (1, 2, 3),
    "MatrixSetDiagV3": (2,),
}
"""Operation: inputs that have to be constants where it is said so."""
