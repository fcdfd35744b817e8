"""Operations on tensors in a graph of Keras 3, as the functions of TensorFlow that they call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from keraport.analysis.dtypes import infer_dtypes
from keraport.analysis.shapes.infer import CallShapes, infer_shapes
from keraport.catalog.releases import Release
from keraport.changes.keras3.functions_of_operations import FUNCTIONS, SLICES, Function, Given
from keraport.changes.layers.dtype_rules import FLOATS, UNKNOWN
from keraport.changes.site import CallDtypes
from keraport.model import (
    KERAS,
    OPERATIONS,
    Call,
    Config,
    Constant,
    Layer,
    Model,
    Object,
    TensorRef,
    Value,
)
from keraport.model.graph import find_refs
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict

_FUNCTION: Final = "TFOpLambda"
_SLICING: Final = "SlicingOpLambda"
_SLICE: Final = "__slice__"
_ELLIPSIS: Final = "__ellipsis__"
_WIDE: Final = frozenset({"float32", "float64"})
_INTEGERS: Final = frozenset({"int32", "int64"})
_OTHERS: Final = {
    Given.FLOATS: FLOATS,
    Given.BOOLS: frozenset({"bool"}),
    Given.WIDE: _WIDE,
    Given.INTEGERS: _INTEGERS,
    Given.NUMBERS: FLOATS | _INTEGERS,
}
_ARRAY: Final = "__numpy__"

Dtypes = Mapping[str, tuple[CallDtypes, ...]]


def with_functions(
    model: Model, source: Release, target: Release, journal: Journal
) -> tuple[Model, frozenset[str]]:
    """The model with layers that call functions of TensorFlow in the place of operations.

    Operations that are not known, or are given something that their function takes for something
    else, stay what they are, and are refused later.

    Args:
        model: as read.
        source: the release that wrote it.
        target: the release to be written for.
        journal: is told what each calls.

    Returns:
        the model, and the paths of the layers that were operations.
    """
    found: set[str] = set()
    if source.has("has-operations") and not target.has("loads-slices"):
        # Targets with operations of their own that do not load slices take companions for these.
        alone = target.has("has-operations")
        model = _in(model, infer_dtypes(model), "", journal, found, slices_alone=alone)
    return model, frozenset(found)


def _in(
    model: Model,
    dtypes: Dtypes,
    prefix: str,
    journal: Journal,
    paths: set[str],
    *,
    slices_alone: bool,
) -> Model:
    found = _Graph(model, dtypes, infer_shapes(model), prefix)
    layers = []
    for layer in model.layers:
        path = f"{prefix}{layer.name}"
        if layer.model is not None:
            inner = _in(
                *(layer.model, dtypes, f"{path}/", journal, paths), slices_alone=slices_alone
            )
            layer = replace(layer, model=inner)
        elif layer.package == OPERATIONS and (layer.class_name == SLICES or not slices_alone):
            layer, called = found.as_function(layer), layer.class_name
            if layer.package == KERAS:
                text = f"{called} of keras.ops calls tf.{layer.config['function']}"
                journal.note(path, Note(Verdict.EXACT, text))
                paths.add(path)
        layers.append(layer)
    return replace(model, layers=tuple(layers))


@dataclass(frozen=True, slots=True)
class _Graph:
    model: Model
    dtypes: Dtypes
    shapes: Mapping[str, tuple[CallShapes, ...]]
    prefix: str

    def as_function(self, layer: Layer) -> Layer:
        """The operation as a layer that calls a function; itself if there is none."""
        if layer.class_name == SLICES:
            return _sliced(layer)
        function = FUNCTIONS.get(layer.class_name)
        if function is None:
            return layer
        calls = []
        for call in layer.calls:
            found = _given(call, function)
            rank = None if found is None else self.rank(found[0][0])
            keywords = _keywords(function, layer.config, rank)
            if found is None or keywords is None or not self._is_of(function, found[0]):
                return layer
            given, passed = found
            first, *others = self._as_values(given)
            arguments = dict(zip(function.inputs, others, strict=True))
            calls.append(Call(first, {**arguments, **keywords, **passed, **function.adds}))
        return _layer(layer, _FUNCTION, function.name, tuple(calls))

    def _is_of(self, function: Function, given: list[Value]) -> bool:
        """True if the function does with these values what the operation does."""
        if function.places:
            return len(given) == 2 and bool(find_refs(given[0])) and _are_places(given[1])
        if function.alone:
            given = given[:1]
        of_tensors = {self.dtype(ref) for ref in find_refs(given)}
        numbers = [item for item in map(_plain, given) if not find_refs(item)]
        if function.name == "where":
            # The condition alone has to be of booleans.
            of_tensors = {self.dtype(ref) for ref in find_refs(given[1:])} or {"float32"}
            if {self.dtype(ref) for ref in find_refs(given[0])} != {"bool"}:
                return False
            if not find_refs(given[1:]) and {type(item) for item in numbers} != {float}:
                return False
        if len(of_tensors) != 1 or UNKNOWN in of_tensors:
            return False
        (dtype,) = of_tensors
        if function.name != "where" and dtype not in _OTHERS.get(function.of, of_tensors):
            return False
        return all(_fits(number, dtype, function.arrays) for number in numbers)

    def _as_values(self, given: list[Value]) -> list[Value]:
        """What TensorFlow is given: arrays as lists, and a number before a tensor in its dtype.

        Where the first of two is a whole number, TensorFlow takes the other for integers, too.
        """
        of_tensors = {self.dtype(ref) for ref in find_refs(given)} - {"bool"}
        first, *others = given
        number = first.value if isinstance(first, Constant) else None
        if type(number) is int and of_tensors <= FLOATS:
            first = Constant(float(number))
        elif isinstance(number, Object):
            first = Constant(_listed(number))
        elif others and self.dtype_of_condition(given):
            others = [float(x) if type(x) is int and of_tensors <= FLOATS else x for x in others]
        return [first, *map(_listed, others)]

    def dtype_of_condition(self, given: list[Value]) -> bool:
        """True if the first is a condition, and numbers stand beside tensors that it chooses of."""
        return len(given) > 2 and {self.dtype(ref) for ref in find_refs(given[0])} == {"bool"}

    def rank(self, value: Value) -> int | None:
        """How many axes a tensor has, with the batch; None where it is not known."""
        if isinstance(value, Constant):
            return 0 if isinstance(value.value, int | float) else None
        refs = list(find_refs(value))
        ref = refs[0] if isinstance(value, TensorRef) else None
        layer = ref and next((item for item in self.model.layers if item.name == ref.layer), None)
        if ref is None or not layer:
            return None
        if layer.package == OPERATIONS and (function := FUNCTIONS.get(layer.class_name)):
            if function.turned or function.keywords or function.adds or function.listed:
                return None
            found = [self.rank(ref) for call in layer.calls[:1] for ref in call.refs()]
            return None if None in found else max(found, key=lambda item: item or 0)
        calls = self.shapes.get(ref.layer, ())
        node = ref.node - (layer.model is not None)
        outputs = calls[node].outputs if 0 <= node < len(calls) else ()
        shape = outputs[ref.tensor] if ref.tensor < len(outputs) else None
        return None if shape is None else len(shape)

    def dtype(self, ref: TensorRef) -> str:
        """The dtype of a tensor, as far as it is known."""
        layer = next((item for item in self.model.layers if item.name == ref.layer), None)
        if layer is None:
            return UNKNOWN
        if layer.package == OPERATIONS:
            return self._given_by(layer, ref.tensor)
        calls = self.dtypes.get(f"{self.prefix}{ref.layer}", ())
        node = ref.node - (layer.model is not None)
        outputs = calls[node].outputs if 0 <= node < len(calls) else ()
        return outputs[min(ref.tensor, len(outputs) - 1)] if outputs else UNKNOWN

    def _given_by(self, layer: Layer, number: int) -> str:
        function = FUNCTIONS.get(layer.class_name)
        if layer.class_name != SLICES and function is None:
            return UNKNOWN
        if function is not None and number and function.more:
            return function.more
        if function is not None and (function.gives or layer.config.get("dtype")):
            said = str(layer.config.get("dtype") or "float32")
            return said if function.gives in ("", "dtype") else function.gives
        refs = [ref for call in layer.calls for ref in call.refs()]
        if function is not None and function.alone:
            refs = refs[:1]
        of_where = layer.class_name == "Where"
        found = {self.dtype(ref) for ref in refs[1 if of_where else 0 :]}
        if of_where and not found:
            return "float32"
        return found.pop() if len(found) == 1 else UNKNOWN


def _given(call: Call, function: Function) -> tuple[list[Value], dict[str, Value]] | None:
    """What a call gives, in the order of the operation's arguments; None if that is not known.

    With it come the arguments of the function that the call says by keywords.
    """
    passed: dict[str, Value] = {}
    for key, name in function.passed.items():
        value = call.arguments.get(key)
        if value is None:
            continue
        if not name or not isinstance(value, int | float):
            return None
        passed[name] = value
    rest = {key: value for key, value in call.arguments.items() if key not in function.passed}
    call = Call(call.inputs, rest)
    if function.listed:
        return None if call.arguments else ([call.inputs], passed)
    given: Value = call.inputs
    if isinstance(given, list):
        if len(given) != 1:
            return None
        given = given[0]
    count = len(function.inputs) + 1
    names = [f"x{number}" for number in range(1, count + 1)]
    if call.arguments.keys() - set(names):
        return None
    # The first tensor stands apart from what is given by position.
    open_places = [name for name in names if name not in call.arguments]
    if len(open_places) != 1:
        return None
    values = [given if name in open_places else call.arguments[name] for name in names]
    first = values[0]
    return [first if find_refs(first) else Constant(first), *values[1:]], passed


def _keywords(function: Function, config: Config, rank: int | None) -> dict[str, Value] | None:
    """The config of an operation as arguments of its function; None if it cannot say them."""
    if function.turned is not None:
        return function.turned(config, rank)
    for key, values in function.only.items():
        if key in config and config[key] not in values:
            return None
    if any(config.get(key) is None for key in function.needs):
        return None
    known = {"name", *function.only, *function.keywords}
    if config.keys() - known or any(isinstance(value, Object) for value in config.values()):
        return None
    return {
        name: config[key] for key, name in function.keywords.items() if config.get(key) is not None
    }


def _sliced(layer: Layer) -> Layer:
    calls = []
    for call in layer.calls:
        if call.arguments.keys() != {"x2"} or find_refs(call.arguments["x2"]):
            return layer
        where = call.arguments["x2"]
        parts = [_part(item) for item in (where if isinstance(where, list) else [where])]
        if None in parts:
            return layer
        given = call.inputs
        given = given[0] if isinstance(given, list) and len(given) == 1 else given
        calls.append(Call(given, {"slice_spec": parts}))
    return _layer(layer, _SLICING, "__operators__.getitem", tuple(calls))


def _part(item: Value) -> Value:
    """One part of a slice, as a ``SlicingOpLambda`` writes it; None for what it cannot say."""
    if isinstance(item, Object) and item.class_name == _SLICE:
        return dict(item.config)
    if isinstance(item, Object) and item.class_name == _ELLIPSIS:
        return {"class_name": _ELLIPSIS}
    return item if type(item) is int else None


def _layer(layer: Layer, class_name: str, function: str, calls: tuple[Call, ...]) -> Layer:
    config: Config = {
        "name": layer.name,
        "trainable": True,
        "dtype": "float32",
        "function": function,
    }
    return replace(
        layer, class_name=class_name, config=config, calls=calls, extra={}, package=KERAS
    )


def _plain(value: Value) -> Value:
    return value.value if isinstance(value, Constant) else value


def _fits(number: Value, dtype: str, arrays: int) -> bool:
    """True if TensorFlow takes a number, or an array, for one of that dtype, as Keras 3 does."""
    if isinstance(number, Object):
        return arrays > 0 and _depth(_listed(number)) >= arrays and _dtype_of(number) == dtype
    if type(number) is bool:
        return dtype == "bool"
    if type(number) is float:
        return dtype in FLOATS
    return type(number) is int and (dtype in FLOATS or dtype.startswith("int"))


def _dtype_of(array: Object) -> str:
    said = array.config.get("dtype") if array.class_name == _ARRAY else None
    return str(said)


def _listed(value: Value) -> Value:
    """An array as lists of numbers; anything else as it is."""
    if isinstance(value, Object) and value.class_name == _ARRAY:
        return value.config.get("value")
    return value


def _depth(value: Value) -> int:
    """How many axes nested lists have; 0 for one that has none, or is empty somewhere."""
    depth = 0
    while isinstance(value, list):
        if not value:
            return 0
        depth, value = depth + 1, value[0]
    return depth


def _are_places(value: Value) -> bool:
    """True for whole numbers, in lists or not, none of which counts from the end."""
    value = _listed(value)
    if isinstance(value, list):
        return bool(value) and all(map(_are_places, value))
    return type(value) is int and value >= 0
