"""How raw operations shape what they are given.

Sources: ``common_shape_fns.cc``, ``array_ops.cc`` and ``math_ops.cc`` of TF 2.3.
Each rule takes an operation and the shapes of all its inputs, constants among them, and raises
`UnknownShape` where it cannot tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from keraport.analysis.shapes.slicing import strided
from keraport.analysis.shapes.values import Dim, Known, Shapes, UnknownShape, product, same_dim
from keraport.changes.operations.node import Array, Node

_MOST_DIMENSIONS = 254  # ``TensorShape::MaxDimensions`` of TensorFlow


def _known(shapes: Shapes, index: int = 0) -> Known:
    shape = shapes[index]
    if shape is None:
        raise UnknownShape
    return shape


def _constant(node: Node, index: int) -> Array:
    if index not in node.constants:
        raise UnknownShape
    return node.constants[index]


def _numbers(node: Node, index: int) -> list[int]:
    return [int(item) for item in _constant(node, index).reshape(-1).tolist()]


def _number(node: Node, index: int) -> int:
    numbers = _numbers(node, index)
    if len(numbers) != 1:
        raise UnknownShape
    return numbers[0]


def _axis(axis: int, rank: int) -> int:
    if not -rank <= axis < rank:
        raise UnknownShape
    return axis % rank


def keep(node: Node, shapes: Shapes) -> Shapes:  # noqa: ARG001 - a `_Rule`
    """The output is shaped like the first input."""
    return (_known(shapes),)


def scalar(node: Node, shapes: Shapes) -> Shapes:  # noqa: ARG001 - a `_Rule`
    """The output is one number."""
    return ((),)


def broadcast(node: Node, shapes: Shapes) -> Shapes:  # noqa: ARG001 - a `_Rule`
    """The inputs spread by NumPy's rules."""
    return (spread(*(_known(shapes, index) for index in range(len(shapes)))),)


def spread(*shapes: Known) -> Known:
    """The shape that NumPy's rules broadcast these to."""
    rank = max(len(shape) for shape in shapes)
    padded = [(1,) * (rank - len(shape)) + shape for shape in shapes]
    return tuple(reduce(_wider, dims) for dims in zip(*padded, strict=True))


def _wider(one: Dim, other: Dim) -> Dim:
    if one == 1:
        return other
    return one if other == 1 else same_dim(one, other)


def merged(node: Node, shapes: Shapes) -> Shapes:  # noqa: ARG001 - a `_Rule`
    """All inputs have one shape."""
    known = [_known(shapes, index) for index in range(len(shapes))]
    if len({len(shape) for shape in known}) != 1:
        raise UnknownShape
    return (tuple(reduce(same_dim, dims) for dims in zip(*known, strict=True)),)


def reduced(node: Node, shapes: Shapes) -> Shapes:
    """The axes of input 1 go."""
    shape = _known(shapes)
    axes = {_axis(axis, len(shape)) for axis in _numbers(node, 1)}
    if node.attributes.get("keep_dims"):
        return (tuple(1 if at in axes else dim for at, dim in enumerate(shape)),)
    return (tuple(dim for at, dim in enumerate(shape) if at not in axes),)


def reshape(node: Node, shapes: Shapes) -> Shapes:
    """Input 1 is the shape."""
    if 1 not in node.constants:
        sizes = _known(shapes, 1)
        if len(sizes) != 1 or sizes[0] is None or sizes[0] > _MOST_DIMENSIONS:
            raise UnknownShape
        return ((None,) * sizes[0],)
    target = _numbers(node, 1)
    if target.count(-1) > 1 or any(size < -1 for size in target):
        raise UnknownShape
    told = product(tuple(size for size in target if size != -1))
    total = None if shapes[0] is None else product(shapes[0])
    if total is None or not told:
        return (tuple(None if size == -1 else size for size in target),)
    return (tuple(total // told if size == -1 else size for size in target),)


def expand_dims(node: Node, shapes: Shapes) -> Shapes:
    """Input 1 is the new axis."""
    shape = _known(shapes)
    at = _axis(_number(node, 1), len(shape) + 1)
    return ((*shape[:at], 1, *shape[at:]),)


def squeeze(node: Node, shapes: Shapes) -> Shapes:
    """The listed axes go, or all of size 1."""
    shape, listed = _known(shapes), node.attributes["squeeze_dims"]
    if not listed:
        # Which of the open dimensions are 1 nobody can tell.
        if None in shape:
            raise UnknownShape
        return (tuple(dim for dim in shape if dim != 1),)
    axes = {_axis(axis, len(shape)) for axis in listed}
    return (tuple(dim for at, dim in enumerate(shape) if at not in axes),)


def transpose(node: Node, shapes: Shapes) -> Shapes:
    """Input 1 is the order."""
    shape, order = _known(shapes), _numbers(node, 1)
    if sorted(order) != list(range(len(shape))):
        raise UnknownShape
    return (tuple(shape[at] for at in order),)


def concat(node: Node, shapes: Shapes) -> Shapes:
    """The last input is the axis."""
    parts = [_known(shapes, index) for index in range(len(shapes) - 1)]
    if len({len(part) for part in parts}) != 1:
        raise UnknownShape
    axis = _axis(_number(node, len(shapes) - 1), len(parts[0]))
    made = [
        reduce(same_dim, dims) if at != axis else _sum(dims)
        for at, dims in enumerate(zip(*parts, strict=True))
    ]
    return (tuple(made),)


def _sum(dims: Sequence[Dim]) -> Dim:
    return None if None in dims else sum(dim for dim in dims if dim is not None)


def pack(node: Node, shapes: Shapes) -> Shapes:
    """A new axis for the inputs."""
    (shape,) = merged(node, shapes)
    if shape is None:
        raise UnknownShape
    at = _axis(node.attributes["axis"], len(shape) + 1)
    return ((*shape[:at], len(shapes), *shape[at:]),)


def unpack(node: Node, shapes: Shapes) -> Shapes:
    """An output for each index of an axis."""
    shape = _known(shapes)
    at = _axis(node.attributes["axis"], len(shape))
    return ((*shape[:at], *shape[at + 1 :]),) * len(node.outputs)


def split(node: Node, shapes: Shapes) -> Shapes:
    """Equal parts; input 0 is the axis."""
    shape, count = _known(shapes, 1), len(node.outputs)
    at = _axis(_number(node, 0), len(shape))
    size = shape[at]
    part = None if size is None else size // count
    return ((*shape[:at], part, *shape[at + 1 :]),) * count


def split_sizes(node: Node, shapes: Shapes) -> Shapes:
    """Parts of the sizes in input 1; input 2 is the axis."""
    shape, sizes = _known(shapes), _numbers(node, 1)
    at = _axis(_number(node, 2), len(shape))
    if len(sizes) != len(node.outputs) or min(sizes, default=0) < 0:
        raise UnknownShape
    return tuple((*shape[:at], size, *shape[at + 1 :]) for size in sizes)


def sliced(node: Node, shapes: Shapes) -> Shapes:
    """Inputs 1 and 2 are where it begins, and sizes."""
    shape, begin, size = _known(shapes), _numbers(node, 1), _numbers(node, 2)
    if not len(shape) == len(begin) == len(size):
        raise UnknownShape
    made: list[Dim] = []
    for dim, first, count in zip(shape, begin, size, strict=True):
        rest = None if dim is None else dim - first
        made.append(rest if count == -1 else count)
    return (tuple(made),)


def strided_slice(node: Node, shapes: Shapes) -> Shapes:
    """Inputs 1 to 3 are where it begins and ends, and steps."""
    begin, end, steps = (_numbers(node, index) for index in (1, 2, 3))
    return (strided(_known(shapes), begin, end, steps, node.attributes),)


def padded(node: Node, shapes: Shapes) -> Shapes:
    """Input 1 is what is added to each axis on either side."""
    shape, pads = _known(shapes), _constant(node, 1)
    if pads.shape != (len(shape), 2):
        raise UnknownShape
    added = [int(before) + int(behind) for before, behind in pads.tolist()]
    return (tuple(None if d is None else d + a for d, a in zip(shape, added, strict=True)),)


def tile(node: Node, shapes: Shapes) -> Shapes:
    """Input 1 is how many times."""
    shape, times = _known(shapes), _numbers(node, 1)
    if len(times) != len(shape):
        raise UnknownShape
    return (tuple(None if d is None else d * t for d, t in zip(shape, times, strict=True)),)


def gather(node: Node, shapes: Shapes) -> Shapes:
    """What input 1 picks along the axis in input 2."""
    params, indices = _known(shapes), _known(shapes, 1)
    at, batch = _axis(_number(node, 2), len(params)), node.attributes["batch_dims"]
    if not 0 <= batch <= min(at, len(indices)):
        raise UnknownShape
    return ((*params[:at], *indices[batch:], *params[at + 1 :]),)


def one_hot(node: Node, shapes: Shapes) -> Shapes:
    """A new axis, as long as input 1 says."""
    shape, depth = _known(shapes), _number(node, 1)
    at = _axis(node.attributes["axis"], len(shape) + 1)
    return ((*shape[:at], depth, *shape[at:]),)


def top(node: Node, shapes: Shapes) -> Shapes:
    """As many of the last axis as input 1 says."""
    return ((*_known(shapes)[:-1], _number(node, 1)),) * 2


def matmul(node: Node, shapes: Shapes) -> Shapes:
    """Products of matrices, whose other dimensions spread."""
    left, right = _known(shapes), _known(shapes, 1)
    if len(left) < 2 or len(right) < 2:
        raise UnknownShape
    turned = [
        bool(node.attributes.get(f"transpose_{which[0]}", node.attributes.get(f"adj_{which[1]}")))
        for which in ("ax", "by")
    ]
    rows = left[-1] if turned[0] else left[-2]
    columns = right[-2] if turned[1] else right[-1]
    return ((*spread(left[:-2], right[:-2]), rows, columns),)


def rank(node: Node, shapes: Shapes) -> Shapes:  # noqa: ARG001 - a `_Rule`
    """As many numbers as there are dimensions."""
    return ((len(_known(shapes)),),)


def resize(node: Node, shapes: Shapes) -> Shapes:
    """Images of the size in input 1."""
    shape, size = _known(shapes), _numbers(node, 1)
    if len(shape) != 4 or len(size) != 2:
        raise UnknownShape
    return ((shape[0], *size, shape[3]),)
