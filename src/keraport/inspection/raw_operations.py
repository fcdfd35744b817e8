"""TensorFlow operations that a config names: those that only compute are listed, not the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from keraport import hub
from keraport.hub import Operation
from keraport.inspection.rules import Hazard, HazardKind
from keraport.model import Value

KEEPING: Final = frozenset(
    {
        # Constants, placeholders and control flow.
        *("Const", "Enter", "Exit", "IdentityN", "If", "LoopCond", "Merge", "NextIteration"),
        *("NoOp", "PartitionedCall", "Placeholder", "PlaceholderWithDefault", "Rank"),
        *("StatefulPartitionedCall", "StatelessIf", "StatelessWhile", "Switch", "While"),
        *("OptionalFromValue", "OptionalGetValue", "OptionalNone"),
        # Variables, and lists of tensors in loops.
        *("AssignAddVariableOp", "AssignSubVariableOp", "AssignVariableOp", "DisableCopyOnRead"),
        *("ReadVariableOp", "ResourceApplyAdam", "ResourceGather", "VarHandleOp"),
        *("VarIsInitializedOp", "EmptyTensorList", "TensorListElementShape"),
        *("TensorListFromTensor", "TensorListGetItem", "TensorListLength", "TensorListPopBack"),
        *("TensorListPushBack", "TensorListReserve", "TensorListSetItem", "TensorListStack"),
        *("TensorArrayGatherV3", "TensorArrayReadV3", "TensorArrayScatterV3"),
        *("TensorArraySizeV3", "TensorArrayV3", "TensorArrayWriteV3"),
        # Recurrent kernels and gradients.
        *("CudnnRNN", "CudnnRNNBackprop", "CudnnRNNBackpropV3", "CudnnRNNV3", "FusedBatchNorm"),
        *("BiasAddGrad", "BroadcastGradientArgs", "ConcatOffset", "ReluGrad", "SigmoidGrad"),
        *("StridedSliceGrad", "TanhGrad"),
        # How variables are saved and restored; every SavedModel holds these, and they run only
        # when somebody saves or restores.
        *("MergeV2Checkpoints", "RestoreV2", "SaveV2", "ShardedFilename"),
    }
)
"""Operations that the SavedModels of TensorFlow 1.12 to 2.15 hold beside those that only compute
(``tests/formats/golden``), and that neither run Python nor reach out of the process."""

_NAMESPACES: Final = frozenset(
    {"__operators__", "bitwise", "linalg", "math", "nn", "signal", "strings"}
)
"""Modules of TensorFlow in which every function only computes on its arguments."""
_FUNCTIONS: Final = frozenset(
    {
        *("abs", "add", "argmax", "argmin", "argsort", "boolean_mask", "broadcast_to", "cast"),
        *("ceil", "clip_by_value", "compat.v1.nn.softmax", "concat", "convert_to_tensor", "cos"),
        *("cumsum", "divide", "einsum", "equal", "exp", "expand_dims", "eye", "fill", "floor"),
        *("gather", "gather_nd", "greater", "greater_equal", "identity", "less", "less_equal"),
        *("logical_and", "logical_not", "logical_or", "matmul", "maximum", "minimum", "multiply"),
        *("negative", "norm", "not_equal", "one_hot", "ones", "ones_like", "pad", "pow", "range"),
        *("rank", "realdiv", "reduce_all", "reduce_any", "reduce_logsumexp", "reduce_max"),
        *("reduce_mean", "reduce_min", "reduce_prod", "reduce_sum", "repeat", "reshape"),
        *("reverse", "roll", "round", "scatter_nd", "searchsorted", "sequence_mask", "shape"),
        *("sigmoid", "sign", "sin", "size", "slice", "sort", "split", "sqrt", "square"),
        *("squeeze", "stack", "stop_gradient", "strided_slice", "subtract", "tan", "tanh"),
        *("tensordot", "tile", "transpose", "truediv", "unique", "unstack", "where", "zeros"),
        *("zeros_like", "image.resize", "image.central_crop", "image.crop_and_resize"),
        *("image.adjust_brightness", "image.adjust_contrast", "image.adjust_hue"),
        *("image.adjust_saturation", "image.flip_left_right", "image.flip_up_down"),
        *("image.per_image_standardization", "image.rgb_to_grayscale", "image.rot90"),
    }
)
"""Functions of TensorFlow that only compute, as ``TFOpLambda`` of Keras 2.4 to 2.15 names them."""


def hazards(class_name: str, config: Value, where: str) -> Iterator[Hazard]:
    """What a layer that stands for an operation does besides computing.

    Args:
        class_name: of the layer.
        config: its config.
        where: of the layer.
    """
    about = config if isinstance(config, Mapping) else {}
    row = hub.row(class_name)
    operation = None if row is None else row.operation
    if operation is Operation.NODE:
        node = about.get("node_def")
        # A node that is text is a serialized one, which nothing here reads.
        name = node.get("op") if isinstance(node, Mapping) else "of a serialized node"
        if not (isinstance(name, str) and name in computing()):
            yield _unlisted(f"the operation {name}", where)
    elif operation is Operation.FUNCTION:
        function = about.get("function")
        if not (isinstance(function, str) and _only_computes(function)):
            yield _unlisted(f"the function {function} of TensorFlow", where)
    elif operation is Operation.ATTRIBUTE:
        yield _unlisted(f"{class_name}, which uses whatever attribute the config names,", where)


def _unlisted(what: str, where: str) -> Hazard:
    text = f"{what} is not among those that are known to have no side effects"
    return Hazard(HazardKind.OPERATION, where, text)


def _only_computes(function: str) -> bool:
    namespace, _, name = function.rpartition(".")
    return function in _FUNCTIONS or (namespace in _NAMESPACES and bool(name))


@cache
def computing() -> frozenset[str]:
    """The operations that only compute (``keraport.changes.operations``)."""
    # All changes are imported with it, which takes time and is needed for these layers only.
    from keraport.changes.operations.definitions import definitions

    return frozenset(definitions())
