"""What comes out of a function of the list: its kind, and its shape where that is plain.

The words are those of the column ``result`` of ``harmless/functions.tsv``. A shape that is not told
here is unknown, which is never wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from keraport.lambdas import bounds
from keraport.lambdas.nodes import UntranslatableError
from keraport.lambdas.values import (
    ARRAY,
    DTYPE,
    NONE,
    NUMBER,
    TENSOR,
    TEXT,
    UNKNOWN,
    Kind,
    Shape,
    Value,
    dimensions,
    join,
    leaves,
    sequence,
    tensor,
)
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a function is given.

    Args:
        values: in the order in which they stand.
        named: by parameter, those given by position included where their names are known.
        results: of the functions among them, by parameter.
    """

    values: tuple[Value, ...]
    named: Mapping[str, Value]
    results: Mapping[str, Value]

    def first(self) -> Value:
        """The first argument, `UNKNOWN` if there is none."""
        return self.values[0] if self.values else UNKNOWN

    def get(self, *names: str) -> Value | None:
        """The argument of the first of these parameters that is given."""
        return next((self.named[name] for name in names if name in self.named), None)

    def every(self) -> list[Value]:
        """All values, those in lists apart."""
        return [leaf for value in self.values for leaf in leaves(value)]


Rule = Callable[[Arguments], Value]


def broadcast(*values: Value) -> Shape:
    """The shape of an element-wise operation."""
    shape: Shape = ()
    for value in values:
        own = value.shape if value.kind is Kind.TENSOR else _shape_of_constant(value)
        if own is None or shape is None:
            return None
        longer, shorter = (own, shape) if len(own) >= len(shape) else (shape, own)
        shorter = (1,) * (len(longer) - len(shorter)) + shorter
        shape = tuple(_wider(a, b) for a, b in zip(longer, shorter, strict=True))
    return shape


def _wider(one: int | None, other: int | None) -> int | None:
    if one == 1:
        return other
    if other == 1 or one == other:
        return one
    # Where one is told and is not 1, the other is that or 1.
    return other if one is None else one if other is None else None


def _shape_of_constant(value: Value) -> Shape:
    return () if value.kind is Kind.NUMBER else None


def _growth(arguments: Arguments) -> int:
    return max((v.growth for v in arguments.every() if v.kind is Kind.TENSOR), default=1)


def _same(arguments: Arguments) -> Value:
    first = arguments.first()
    if first.kind is not Kind.TENSOR:
        return replace(TENSOR, growth=_growth(arguments), shape=_shape_of_constant(first))
    return replace(first, known=TENSOR.known, growth=_growth(arguments), boolean=False, factor=None)


def _broadcast(arguments: Arguments) -> Value:
    return tensor(broadcast(*arguments.values[:2]), growth=_growth(arguments))


def _boolean(rule: Rule) -> Rule:
    return lambda arguments: replace(rule(arguments), boolean=True)


def _reduced(arguments: Arguments) -> Value:
    first = arguments.first()
    shape = first.shape if first.kind is Kind.TENSOR else None
    axis, keeps = arguments.get("axis", "axes"), arguments.get("keepdims")
    growth = _growth(arguments)
    if shape is None or (axis is not None and not axis.is_known):
        return tensor(growth=growth)
    if keeps is not None and keeps.known not in (True, False):
        return tensor(growth=growth)
    keep = keeps is not None and keeps.known is True
    axes = _axes(None if axis is None else axis.python(), len(shape))
    if axes is None:
        return tensor(growth=growth)
    kept = [(1 if i in axes else size) for i, size in enumerate(shape) if keep or i not in axes]
    return tensor(tuple(kept), growth=growth)


def _axes(value: object, rank: int) -> set[int] | None:
    if value is None:
        return set(range(rank))
    items = value if isinstance(value, tuple) else (value,)
    if not all(type(item) is int and -rank <= item < rank for item in items):
        return None
    return {item % rank for item in items}


def _tensor(arguments: Arguments) -> Value:
    return tensor(growth=_growth(arguments))


def _tensors(arguments: Arguments) -> Value:
    return Value(Kind.SEQUENCE, each=_tensor(arguments))


def _cast(arguments: Arguments) -> Value:
    first = arguments.first()
    dtype = arguments.get("dtype")
    found = replace(first, boolean=False) if first.kind is Kind.TENSOR else TENSOR
    if dtype is not None and dtype.known in ("bool", "tf.bool", "tf.dtypes.bool"):
        return replace(found, boolean=True)
    return found


def _constant(arguments: Arguments) -> Value:
    first, dtype = arguments.first(), arguments.get("dtype", "dtype_hint", "preferred_dtype")
    if first.kind is Kind.TENSOR:
        return first
    items = list(leaves(first))
    shape: Shape = None
    if arguments.get("shape") is None:
        shape = _shape_of_constant(first)
        if first.kind is Kind.SEQUENCE and all(leaf.kind is Kind.NUMBER for leaf in items):
            flat = first.items is not None and len(first.items) == len(items)
            shape = (len(items),) if flat else None
    boolean = dtype is None and bool(items) and all(type(leaf.known) is bool for leaf in items)
    return tensor(shape, boolean=boolean)


def _reshaped(arguments: Arguments) -> Value:
    shape, first = arguments.get("shape"), arguments.first()
    growth = _growth(arguments)
    boolean = first.boolean
    if shape is None or shape.kind is not Kind.SEQUENCE or shape.items is None:
        return tensor(growth=growth, boolean=boolean)
    sizes = [item.known if type(item.known) is int and item.known >= 0 else None
             for item in shape.items]  # fmt: skip
    return tensor(tuple(sizes), growth=growth, boolean=boolean)


def _expanded(arguments: Arguments) -> Value:
    first, axis = arguments.first(), arguments.get("axis")
    shape = first.shape
    place = -1 if axis is None else axis.known
    if first.kind is not Kind.TENSOR or shape is None or type(place) is not int:
        return replace(_tensor(arguments), boolean=first.boolean)
    place = place + len(shape) + 1 if place < 0 else place
    return replace(first, shape=(*shape[:place], 1, *shape[place:]), factor=None)


def _squeezed(arguments: Arguments) -> Value:
    first, axis = arguments.first(), arguments.get("axis")
    shape = first.shape
    axes = None
    if shape is not None and axis is not None and axis.is_known and axis.python() is not None:
        axes = _axes(axis.python(), len(shape))
    if shape is None or axes is None:
        return replace(_tensor(arguments), boolean=first.boolean)
    kept = tuple(size for i, size in enumerate(shape) if i not in axes)
    return replace(first, shape=kept, factor=None)


def _transposed(arguments: Arguments) -> Value:
    first, order = arguments.first(), arguments.get("perm", "pattern")
    shape = first.shape
    found = replace(_tensor(arguments), boolean=first.boolean)
    if shape is None:
        return found
    if order is None:
        return replace(found, shape=shape[::-1])
    places = order.python() if order.is_known else None
    if isinstance(places, tuple) and sorted(places) == list(range(len(shape))):
        return replace(found, shape=tuple(shape[place] for place in places))
    return replace(found, shape=(None,) * len(shape))


def _parts(arguments: Arguments) -> list[Value] | None:
    given = arguments.first()
    return None if given.items is None else list(given.items)


def _concatenated(arguments: Arguments) -> Value:
    parts = _parts(arguments)
    if parts is None:
        return _tensor(arguments)
    growth = bounds.growth(sum(part.growth for part in parts))
    factors = [part.factor for part in parts if part.known is TENSOR.known]
    factor = None if None in factors or not factors else max(item or 1 for item in factors)
    ranks = {len(part.shape) if part.shape is not None else None for part in parts}
    rank = ranks.pop() if len(ranks) == 1 else None
    boolean = all(part.boolean for part in parts)
    shape = None if rank is None else (None,) * rank
    return Value(Kind.TENSOR, shape=shape, growth=growth, factor=factor, boolean=boolean)


def _stacked(arguments: Arguments) -> Value:
    found = _concatenated(arguments)
    return replace(found, shape=None if found.shape is None else (None, *found.shape))


def _multiplied(arguments: Arguments) -> Value:
    one, other = (*arguments.values, UNKNOWN, UNKNOWN)[:2]
    if one.shape is None or other.shape is None or len(one.shape) != len(other.shape):
        return _tensor(arguments)
    return tensor((*one.shape[:-1], None), growth=_growth(arguments))


def _chosen(arguments: Arguments) -> Value:
    given = [value for value in arguments.values[1:3] if value.kind is not Kind.NONE]
    if len(given) < 2:  # the condition alone: the places where it holds
        return _tensor(arguments)
    return tensor(broadcast(*arguments.values[:3]), growth=_growth(arguments))


def _mapped(arguments: Arguments) -> Value:
    """Like the result for one element, once for each; unless a dtype says that there are more."""
    made = arguments.results.get("fn", UNKNOWN)
    if made.kind is Kind.SEQUENCE:
        return Value(Kind.SEQUENCE, items=made.items and tuple(tensor() for _ in made.items))
    return tensor(None if made.shape is None else (None, *made.shape), boolean=made.boolean)


def _branched(arguments: Arguments) -> Value:
    made = list(arguments.results.values())
    made += [value for value in arguments.values[-2:] if value.kind is Kind.TENSOR]
    found = made[0] if made else TENSOR
    for one in made[1:]:
        found = join(found, one)
    return found


def _array(arguments: Arguments) -> Value:
    return replace(ARRAY, growth=bounds.elements(arguments.values))


def _diagonal(arguments: Arguments) -> Value:
    """A square matrix of an array, and as much more as it is moved off the diagonal."""
    count = bounds.elements(arguments.values[:1])
    moved = arguments.get("1", "k")
    places = 0 if moved is None else moved.known
    if type(places) is not int:
        raise UntranslatableError("calls np.diag with a place that cannot be told")
    return replace(ARRAY, growth=bounds.growth_of_array((count + abs(places)) ** 2))


def _scalar(arguments: Arguments) -> Value:
    """``np.float32(2)`` is a number, ``np.float32([2])`` an array."""
    if all(value.kind is Kind.NUMBER for value in arguments.values):
        return NUMBER
    return _array(arguments)


def _gathered(arguments: Arguments) -> Value:
    """As many parts of a tensor as there are indices: as many times larger, if they repeat."""
    places = arguments.get("indices", "ids", "1") or UNKNOWN
    count = places.growth
    if places.kind is Kind.SEQUENCE:
        count = max(1, sum(1 for _ in leaves(places)))
    return tensor(growth=bounds.growth(_growth(arguments) * count))


def _joined_texts(arguments: Arguments) -> Value:
    """Texts as long as all together."""
    return tensor(growth=bounds.growth(sum(value.growth for value in arguments.every())))


def _always(value: Value) -> Rule:
    return lambda _: value


_RULES: Mapping[str, Rule] = {
    "array": _array,
    "arrays": lambda arguments: Value(Kind.SEQUENCE, each=_array(arguments)),
    "broadcast": _broadcast,
    "broadcast_bool": _boolean(_broadcast),
    "cast": _cast,
    "concat": _concatenated,
    "cond": _branched,
    "constant": _constant,
    "diagonal": _diagonal,
    "expand": _expanded,
    "gather": _gathered,
    "join": _joined_texts,
    "map": _mapped,
    "matmul": _multiplied,
    "number": _always(NUMBER),
    "number_type": _scalar,
    "numbers": lambda arguments: dimensions(arguments.first().shape, Kind.SEQUENCE),
    "random": _tensor,
    "reduce": _reduced,
    "reduce_bool": _boolean(_reduced),
    "reshape": _reshaped,
    "same": _same,
    "same_bool": _boolean(_same),
    "sizes": _always(replace(TENSOR, factor=1)),
    "squeeze": _squeezed,
    "stack": _stacked,
    "switch": _branched,
    "tensor": _tensor,
    "tensors": _tensors,
    "text": _always(TEXT),
    "transpose": _transposed,
    "where": _chosen,
}


def result_of(word: str, arguments: Arguments) -> Value:
    """What comes out of a function with that word in its row.

    Raises:
        UntranslatableError: it is a constant, which is not called.
    """
    if word not in _RULES:
        raise UntranslatableError("calls a constant")
    return _RULES[word](arguments)


def constant_of(word: str, name: str) -> Value | None:
    """What a name stands for that is not called; None for a function."""
    if word == "constant_number":
        return NUMBER
    if word == "constant_none":
        return NONE
    if word in ("constant_dtype", "number_type"):
        return replace(DTYPE, known=name)
    return None


def element_of(value: Value) -> Value:
    """What a function is called with for each element of a tensor, or of a list of tensors."""
    if value.kind is Kind.TENSOR:
        return replace(value, shape=value.shape and value.shape[1:], factor=None)
    if value.kind is Kind.SEQUENCE and value.items is not None:
        return sequence(map(element_of, value.items))
    return UNKNOWN
