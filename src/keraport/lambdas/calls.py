"""Calls of functions, methods and built-ins that are on the lists."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from keraport.lambdas import bounds
from keraport.lambdas.agreement import require_agreement
from keraport.lambdas.expressed import (
    CASTS,
    IN_TRAIN_PHASE,
    OF_KERAS,
    PREPROCESS_INPUT,
    by_phase,
    preprocessed,
    put,
)
from keraport.lambdas.harmless import Function, builtins, members
from keraport.lambdas.names import Named
from keraport.lambdas.nodes import UntranslatableError
from keraport.lambdas.results import Arguments, element_of, result_of
from keraport.lambdas.shown import shown
from keraport.lambdas.values import (
    ARRAY,
    NUMBER,
    TENSOR,
    UNKNOWN,
    UNSET,
    Kind,
    Value,
    constant,
    leaves,
    tensor,
)

if TYPE_CHECKING:
    from keraport.lambdas.analysis import Analysis

Item = tuple[ast.expr, Value]

_TO_TENSORFLOW = frozenset({Kind.TENSOR, Kind.ARRAY, Kind.NUMBER, Kind.TEXT, Kind.NONE, Kind.DTYPE})
_TO_NUMPY = frozenset({Kind.ARRAY, Kind.NUMBER, Kind.NONE, Kind.DTYPE})
_DTYPES = frozenset(
    ["bool", "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8"]
)
_PASSED_ON = "training"
"""The one parameter that takes the phase, which Keras itself hands to a layer."""


def call(
    analysis: Analysis, dotted: str, args: list[ast.expr], keywords: list[ast.keyword]
) -> Item:
    """A call of something below a module.

    Raises:
        UntranslatableError: it is not on the list, is given what it may not be given, or computes
            something else in the target.
    """
    if not analysis.names.has(dotted):
        dotted = OF_KERAS.get(dotted, dotted)
    if dotted == PREPROCESS_INPUT:
        return _preprocessed(analysis, args, keywords)
    if dotted in CASTS and len(args) == 1 and not keywords and analysis.names.lacks(dotted):
        return analysis.expression(put(args[0], CASTS[dotted]))
    if dotted == IN_TRAIN_PHASE and analysis.names.lacks(dotted):
        return analysis.expression(by_phase(args, keywords))
    named = analysis.names.find(dotted)
    row = named.source
    parameters = analysis.names.parameters(row.name) or ()
    made: list[Item] = []
    results: dict[str, Value] = {}
    places = [
        (parameters[i] if i < len(parameters) else str(i), node) for i, node in enumerate(args)
    ]
    for item in keywords:
        if item.arg is None:
            raise UntranslatableError(f"calls {dotted} with keywords that are not written out")
        places.append((item.arg, item.value))
    if len({name for name, _ in places}) != len(places):
        raise UntranslatableError(f"calls {dotted} with an argument twice")
    for name, node in places:
        how = row.calls.get(name)
        if how is not None and isinstance(node, ast.Lambda):
            function, results[name] = analysis.function(node, _given(how, places, analysis))
            made.append((function, Value(Kind.FUNCTION)))
        else:
            made.append(analysis.expression(node))
    count = len(args)
    named_items = {item.arg or "": made[count + i] for i, item in enumerate(keywords)}
    return _called(analysis, named, made[:count], named_items, results)


def _preprocessed(analysis: Analysis, args: list[ast.expr], keywords: list[ast.keyword]) -> Item:
    given = dict(zip(("x", "data_format", "mode"), args, strict=False))
    given.update({item.arg or "": item.value for item in keywords})
    x = given.pop("x", None)
    values = {name: analysis.expression(node)[1] for name, node in given.items()}
    if x is None or not all(value.is_known for value in values.values()):
        raise UntranslatableError("calls preprocess_input in a way that is not understood")
    return analysis.expression(
        preprocessed(x, {name: value.python() for name, value in values.items()})
    )


def call_function(
    analysis: Analysis, dotted: str, args: list[Item], keywords: dict[str, Item]
) -> Item:
    """A call with arguments that are walked already."""
    return _called(analysis, analysis.names.find(dotted), args, keywords, {})


def _given(how: str, places: list[tuple[str, ast.expr]], analysis: Analysis) -> list[Value]:
    """What a function among the arguments is called with."""
    if how == "nothing":
        return []
    elems = next((node for name, node in places if name == "elems"), None)
    if elems is None or isinstance(elems, ast.Lambda):
        raise UntranslatableError("calls a function for each of what is not given")
    element = element_of(analysis.expression(elems)[1])
    return [element] if how == "element" else [tensor(), element]


def _called(
    analysis: Analysis,
    named: Named,
    args: list[Item],
    keywords: Mapping[str, Item],
    results: Mapping[str, Value],
) -> Item:
    row = named.source
    parameters = analysis.names.parameters(row.name) or ()
    by_name = {
        (parameters[i] if i < len(parameters) else str(i)): value
        for i, (_, value) in enumerate(args)
    }
    by_name.update({name: value for name, (_, value) in keywords.items()})
    values = tuple([value for _, value in args] + [value for _, value in keywords.values()])
    _require_harmless(row, by_name)
    size = _require_bounds(row, by_name)
    if not named.agrees:
        require_agreement(analysis.names, named, values, by_name, real=not analysis.complex)
    if row.is_complex or any(
        map(_may_say_complex, (leaf for value in values for leaf in leaves(value)))
    ):
        analysis.complex.append(row.name)
    if analysis.names.source.id != analysis.names.target.id:
        _require_defined_cast(row, by_name)
    arguments = Arguments(values, by_name, results)
    result = result_of(row.result, arguments)
    if row.result == "random":
        analysis.drawn.append(row.name)
    if result.kind is Kind.ARRAY and size is not None:
        result = replace(result, growth=bounds.growth_of_array(result.growth * size))
    nodes = [ast.keyword(name, node) for name, (node, _) in keywords.items()]
    return analysis.names.call(named, [node for node, _ in args], nodes), result


def _require_harmless(row: Function, given: Mapping[str, Value]) -> None:
    """Only data goes in: no functions but those that are walked, nothing of unknown kind."""
    allowed = _TO_TENSORFLOW if row.name.startswith(("tf.", "keras.")) else _TO_NUMPY
    for name, value in given.items():
        if value.kind is Kind.FUNCTION and name in row.calls:
            continue
        if value.kind is Kind.PHASE and name == _PASSED_ON:
            continue
        if value.kind is Kind.TABLE:
            raise UntranslatableError(f"gives {row.name} a dict")
        for leaf in leaves(value):
            is_text = leaf.kind is Kind.TEXT and _is_word_of_numpy(row, leaf)
            may_pass = leaf.kind in allowed or is_text
            if not may_pass or _is_inner_dtype(row, value, leaf):
                raise UntranslatableError(f"gives {row.name} {shown(leaf)}")


def _require_defined_cast(row: Function, given: Mapping[str, Value]) -> None:
    """What a negative float is as an unsigned integer, kernels of releases do not agree on."""
    said = given.get("dtype")
    word = str(said.known).rpartition(".")[2] if said is not None else ""
    boolean = any(value.boolean for value in given.values())
    if row.result == "cast" and word.startswith("uint") and row.name not in _CLIPS and not boolean:
        raise UntranslatableError(
            f"casts to {word}, and what negative numbers are then depends on the release; "
            "tf.saturate_cast clips them"
        )


_CLIPS = frozenset({"tf.dtypes.saturate_cast", "tf.saturate_cast"})


def _is_inner_dtype(row: Function, value: Value, leaf: Value) -> bool:
    """NumPy takes a dtype in a tuple for one of arrays, of any size, or of named fields."""
    is_inner = leaf is not value and leaf.kind in (Kind.TEXT, Kind.DTYPE)
    return is_inner and row.name.startswith("np.")


def _is_word_of_numpy(row: Function, leaf: Value) -> bool:
    """A dtype's name, or the equation of an einsum."""
    word = leaf.known
    if not row.name.startswith("np.") or not isinstance(word, str):
        return False
    return word in _DTYPES or (row.name == "np.einsum" and set(word) <= _OF_EQUATIONS)


_OF_EQUATIONS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ,->. ")


def _may_say_complex(leaf: Value) -> bool:
    """A text may be a dtype."""
    said = leaf.known if isinstance(leaf.known, str) else "complex"
    return leaf.kind is Kind.TEXT and said.startswith("complex")


def _require_bounds(row: Function, given: Mapping[str, Value]) -> int | None:
    """How many elements the parameters ask for that say a size; None if none does."""
    for name in row.counts:
        if name in given:
            bounds.require_small(row.name, given[name])
    sizes = [given[name] for name in row.sizes if name in given]
    rows = [given[name] for name in row.rows if name in given]
    sizes += rows + ([given[name] for name in row.columns if name in given] or rows)
    if not sizes:
        return None
    step = next((given[name] for name in row.step if name in given), None)
    return bounds.said_size(row.name, sizes, step)


def call_method(
    analysis: Analysis,
    node: ast.expr,
    value: Value,
    name: str,
    args: list[ast.expr],
    keywords: list[ast.keyword],
) -> Item:
    """A method with arguments, which arrays have alone.

    Raises:
        UntranslatableError: it is not on the list, or is given what it may not be given.
    """
    row = members().get((value.kind, name))
    if row is None or row.form != "method" or value.kind is not Kind.ARRAY:
        raise UntranslatableError(
            f"asks {shown(value)} for {name[:40]!a}, which is not on the list of safe attributes"
        )
    made = [analysis.expression(item) for item in args]
    named = {item.arg or "": analysis.expression(item.value) for item in keywords}
    for _, given in (*made, *named.values()):
        for leaf in leaves(given):
            is_dtype = leaf.kind is Kind.TEXT and leaf.known in _DTYPES
            is_inner = leaf is not given and leaf.kind in (Kind.TEXT, Kind.DTYPE)
            if (leaf.kind not in _TO_NUMPY and not is_dtype) or is_inner:
                raise UntranslatableError(f"gives the method {name} {shown(leaf)}")
    elements = bounds.elements((value, *(v for _, v in made), *(v for _, v in named.values())))
    call = ast.Call(
        ast.Attribute(node, name, ast.Load()),
        [item for item, _ in made],
        [ast.keyword(word, item) for word, (item, _) in named.items()],
    )
    return call, replace(ARRAY, growth=elements)


def call_builtin(analysis: Analysis, name: str, args: list[ast.expr]) -> Item:
    """A call of one of Python's own functions.

    Raises:
        UntranslatableError: it is given what it may not be given.
    """
    row = builtins()[name]
    if row.result == "isinstance":
        return _is_instance(analysis, args)
    made = [analysis.expression(item) for item in args]
    values = [value for _, value in made]
    for value in values:
        if value.kind not in row.arguments:
            raise UntranslatableError(f"gives {name} {shown(value)}")
    call = ast.Call(ast.Name(name, ast.Load()), [node for node, _ in made], [])
    match row.result:
        case "itself":
            return call, replace(values[0], known=UNSET, boolean=False) if values else NUMBER
        case "length":
            items = values[0].items if values else None
            return call, NUMBER if items is None else constant(len(items))
        case "sequence":
            return call, replace(values[0], kind=Kind.SEQUENCE) if values else bounds.sequence_of(
                ()
            )
        case "range":
            return call, _range(values)
        case "total":
            return call, _total(values)
    return call, _number(name, values)


_COMPUTE: Mapping[str, Callable[..., Any]] = {
    "bool": bool,
    "float": float,
    "int": int,
    "max": max,
    "min": min,
    "round": round,
}


def _number(name: str, values: list[Value]) -> Value:
    """A number that Python computes of numbers."""
    for value in values:
        if any(leaf.kind is not Kind.NUMBER for leaf in leaves(value)) and name != "bool":
            raise UntranslatableError(f"gives {name} a value that is not a number")
    if name in _COMPUTE and values and all(value.is_known for value in values):
        try:
            return constant(bounds.number(_COMPUTE[name](*(value.python() for value in values))))
        except (TypeError, ValueError, OverflowError) as error:
            raise UntranslatableError(f"computes an expression that fails: {error}") from error
    factors = [leaf.factor for value in values for leaf in leaves(value)]
    known = [f for f in factors if f is not None]
    return replace(NUMBER, factor=max(known) if known and len(known) == len(factors) else None)


def _range(values: list[Value]) -> Value:
    ends: list[Any] = [value.known for value in values]
    if not 1 <= len(ends) <= 3 or not all(type(end) is int for end in ends):
        raise UntranslatableError("counts to a number that cannot be told")
    try:
        found = range(*ends)
    except ValueError as error:
        raise UntranslatableError(f"computes an expression that fails: {error}") from error
    if len(found) > bounds.MOST_ITEMS:
        raise UntranslatableError(f"makes a list of more than {bounds.MOST_ITEMS:,} items")
    return bounds.sequence_of([constant(item) for item in found])


def _total(values: list[Value]) -> Value:
    # A list of lists adds up to a list.
    items = [item for value in values[:1] for item in _items(value)] + values[1:]
    kinds = {item.kind for item in items}
    if kinds <= {Kind.NUMBER}:
        return NUMBER
    if kinds <= {Kind.NUMBER, Kind.TENSOR}:
        return replace(TENSOR, growth=max(item.growth for item in items))
    raise UntranslatableError("adds values that are neither numbers nor tensors")


def _items(value: Value) -> list[Value]:
    return [value.each or UNKNOWN] if value.items is None else list(value.items)


_TYPES = {
    "list": frozenset({Kind.SEQUENCE}),
    "tuple": frozenset({Kind.SEQUENCE}),
    "dict": frozenset({Kind.TABLE}),
}
_NEVER = frozenset({Kind.TENSOR, Kind.NUMBER, Kind.TEXT, Kind.NONE, Kind.TABLE, Kind.ARRAY})


def _is_instance(analysis: Analysis, args: list[ast.expr]) -> Item:
    """Whether it is a list: told here, and written as what it is."""
    if len(args) != 2:
        raise UntranslatableError("calls isinstance with other than two arguments")
    _, value = analysis.expression(args[0])
    types = args[1].elts if isinstance(args[1], ast.Tuple) else [args[1]]
    names = {item.id for item in types if isinstance(item, ast.Name)}
    if len(names) != len(types) or not names <= _TYPES.keys():
        raise UntranslatableError("asks for a type other than list, tuple and dict")
    kinds = frozenset().union(*(_TYPES[name] for name in names))
    if value.kind is Kind.SEQUENCE and not {"list", "tuple"} <= names:
        if value.known != "list":
            raise UntranslatableError("asks whether a sequence is a list or a tuple")
        kinds = kinds if "list" in names else kinds - {Kind.SEQUENCE}
    if value.kind not in _NEVER | kinds:
        raise UntranslatableError(f"asks for the type of {shown(value)}")
    found = value.kind in kinds
    return ast.Constant(found), constant(found)
