"""Operations that a stock layer of TF 1.12 says: class and config of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import TypeAlias

from keraport.changes.operations.node import Node
from keraport.changes.site import Shape
from keraport.model import Config
from keraport.records import dataclass
from keraport.report import Verdict

_FLOATS = frozenset({"float32", "float64"})
_SEQUENCE, _IMAGE = 3, 4
"""Ranks of a batch of sequences and of images."""


@dataclass(frozen=True, slots=True)
class Stock:
    """A stock layer.

    Args:
        class_name: of it.
        config: its own keywords, beside name and dtype.
        verdict: how faithful it is.
    """

    class_name: str
    config: Config
    verdict: Verdict = Verdict.EXACT


Known: TypeAlias = tuple[int | None, ...]
Rule: TypeAlias = Callable[[Node, Sequence[Known]], Stock | None]
"""From an operation and the shapes of the tensors that layers give it; None if none says it."""


def as_stock(node: Node, shapes: Sequence[Shape]) -> Stock | None:
    """The stock layer that does the same; None if there is none.

    Args:
        node: the operation.
        shapes: of the inputs that come from layers, batch first.
    """
    rule = RULES.get(node.definition.name)
    known = [shape for shape in shapes if shape is not None and len(shape) > 1]
    plain = set(node.outputs) <= _FLOATS
    if rule is None or not plain or len(known) != len(shapes) or len(known) != len(node.tensors):
        return None
    return rule(node, known)


def _merge(class_name: str) -> Rule:
    """Layers that broadcast, but by rules of their own where ranks or batches differ."""

    def rule(node: Node, shapes: Sequence[Known]) -> Stock | None:
        alike = len({len(shape) for shape in shapes}) == 1 and len({s[0] for s in shapes}) == 1
        pair = len(shapes) > 1 and not node.constants
        return Stock(class_name, {}) if alike and pair else None

    return rule


def _activation(name: str, verdict: Verdict = Verdict.EXACT) -> Rule:
    def rule(node: Node, shapes: Sequence[Known]) -> Stock | None:  # noqa: ARG001 - a `Rule`
        return Stock("Activation", {"activation": name}, verdict)

    return rule


def _leaky_relu(node: Node, shapes: Sequence[Known]) -> Stock | None:  # noqa: ARG001 - a `Rule`
    alpha = node.attributes["alpha"]
    # TF 1.12 takes the larger of x and alpha times x (``leaky_relu`` in ``nn_ops.py``).
    return Stock("LeakyReLU", {"alpha": alpha}) if 0 <= alpha <= 1 else None


def _reshape(node: Node, shapes: Sequence[Known]) -> Stock | None:
    if 1 not in node.constants or node.constants[1].ndim != 1:
        return None
    target = node.constants[1].tolist()
    return _reshaped(target[1:], shapes[0]) if target[:1] == [-1] else None


def _reshaped(target: Sequence[int | None], shape: Known) -> Stock | None:
    """A Reshape, if it keeps the samples apart."""
    sizes = [size for size in target if size is not None and size > 0]
    elements = [size for size in shape[1:] if size is not None]
    if len(sizes) != len(target) or len(elements) != len(shape) - 1 or not sizes:
        return None
    if prod(sizes) != prod(elements):
        return None
    return Stock("Reshape", {"target_shape": sizes})


def _expand_dims(node: Node, shapes: Sequence[Known]) -> Stock | None:
    shape = shapes[0]
    if 1 not in node.constants or node.constants[1].size != 1:
        return None
    axis = int(node.constants[1].reshape(()))
    axis += len(shape) + 1 if axis < 0 else 0
    if not 0 < axis <= len(shape):
        return None
    return _reshaped([*shape[1:axis], 1, *shape[axis:]], shape)


def _squeeze(node: Node, shapes: Sequence[Known]) -> Stock | None:
    shape = shapes[0]
    axes = {axis + len(shape) if axis < 0 else axis for axis in node.attributes["squeeze_dims"]}
    if not axes or not all(0 < axis < len(shape) and shape[axis] == 1 for axis in axes):
        return None
    return _reshaped([size for at, size in enumerate(shape) if at and at not in axes], shape)


def _transpose(node: Node, shapes: Sequence[Known]) -> Stock | None:
    order = node.constants[1].tolist() if 1 in node.constants else None
    dims = list(range(1, len(shapes[0])))
    if not isinstance(order, list) or order[:1] != [0] or sorted(order[1:]) != dims:
        return None
    return Stock("Permute", {"dims": order[1:]})


def _concat(node: Node, shapes: Sequence[Known]) -> Stock | None:
    last = len(node.inputs) - 1
    ranks = {len(shape) for shape in shapes}
    if set(node.constants) != {last} or len(shapes) == 1 or len(ranks) != 1:
        return None
    axis, rank = int(node.constants[last].reshape(())), ranks.pop()
    if node.constants[last].size != 1 or not -rank < axis < rank or axis == 0:
        return None
    return Stock("Concatenate", {"axis": axis})


def _pooled(kind: str) -> Rule:
    """The mean or the largest over the steps, or over the pixels."""

    def rule(node: Node, shapes: Sequence[Known]) -> Stock | None:
        axes = node.constants[1].reshape(-1).tolist() if 1 in node.constants else []
        if node.attributes["keep_dims"]:
            return None
        rank = len(shapes[0])
        over = sorted(axis % rank for axis in axes) if all(-rank <= a < rank for a in axes) else []
        if rank == _SEQUENCE and over == [1]:
            # There it is the mean over axis 1 whatever data_format would say.
            return Stock(f"Global{kind}Pooling1D", {})
        if rank == _IMAGE and over == [1, 2]:
            return Stock(f"Global{kind}Pooling2D", {"data_format": "channels_last"})
        return None

    return rule


def _pad(node: Node, shapes: Sequence[Known]) -> Stock | None:
    rank = len(shapes[0])
    pads = node.constants[1].tolist() if 1 in node.constants else []
    if not isinstance(pads, list) or len(pads) != rank or rank not in (_SEQUENCE, _IMAGE):
        return None
    if pads[0] != [0, 0] or pads[-1] != [0, 0]:
        return None
    if rank == _SEQUENCE:
        return Stock("ZeroPadding1D", {"padding": pads[1]})
    return Stock("ZeroPadding2D", {"padding": pads[1:3], "data_format": "channels_last"})


# No ReLU(max_value=6) for Relu6: what TF 1.12 saves of that layer it cannot open again.
RULES: Mapping[str, Rule] = {
    "Add": _merge("Add"),
    "AddN": _merge("Add"),
    "AddV2": _merge("Add"),
    "ConcatV2": _concat,
    "Elu": _activation("elu"),
    "ExpandDims": _expand_dims,
    "LeakyRelu": _leaky_relu,
    "Max": _pooled("Max"),
    "Maximum": _merge("Maximum"),
    "Mean": _pooled("Average"),
    "Minimum": _merge("Minimum"),
    "Mul": _merge("Multiply"),
    "Pad": _pad,
    "Relu": _activation("relu"),
    "Reshape": _reshape,
    "Selu": _activation("selu", Verdict.EQUIVALENT),
    "Sigmoid": _activation("sigmoid"),
    "Softmax": _activation("softmax", Verdict.EQUIVALENT),
    "Softplus": _activation("softplus"),
    "Softsign": _activation("softsign"),
    "Squeeze": _squeeze,
    "Sub": _merge("Subtract"),
    "Tanh": _activation("tanh"),
    "Transpose": _transpose,
}
"""Operation: when a stock layer says it."""
