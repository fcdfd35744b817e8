"""Operations on tensors in a graph of Keras 3, as the functions of TensorFlow that they call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from keraport.analysis.dtypes import infer_dtypes
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
_OTHERS: Final = {Given.FLOATS: FLOATS, Given.BOOLS: frozenset({"bool"})}

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
    found = _Graph(model, dtypes, prefix)
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
    prefix: str

    def as_function(self, layer: Layer) -> Layer:
        """The operation as a layer that calls a function; itself if there is none."""
        if layer.class_name == SLICES:
            return _sliced(layer)
        function = FUNCTIONS.get(layer.class_name)
        keywords = None if function is None else _keywords(function, layer.config)
        if function is None or keywords is None:
            return layer
        calls = []
        for call in layer.calls:
            given = _given(call, function)
            if given is None or not self._is_of(function, given):
                return layer
            first, *others = given
            arguments = dict(zip(function.inputs, others, strict=True))
            calls.append(Call(first, {**arguments, **keywords, **function.adds}))
        return _layer(layer, _FUNCTION, function.name, tuple(calls))

    def _is_of(self, function: Function, given: list[Value]) -> bool:
        """True if the function does with these values what the operation does."""
        of_tensors = {self.dtype(ref) for ref in find_refs(given)}
        numbers = [item for item in map(_plain, given) if not find_refs(item)]
        if function.name == "where":
            # The condition alone has to be of booleans.
            of_tensors = {self.dtype(ref) for ref in find_refs(given[1:])}
            if {self.dtype(ref) for ref in find_refs(given[0])} != {"bool"}:
                return False
            return UNKNOWN not in of_tensors and len(of_tensors) == 1 and not numbers
        if len(of_tensors) != 1 or UNKNOWN in of_tensors:
            return False
        (dtype,) = of_tensors
        if dtype not in _OTHERS.get(function.of, of_tensors):
            return False
        return all(_fits(number, dtype) for number in numbers)

    def dtype(self, ref: TensorRef) -> str:
        """The dtype of a tensor, as far as it is known."""
        layer = next((item for item in self.model.layers if item.name == ref.layer), None)
        if layer is None:
            return UNKNOWN
        if layer.package == OPERATIONS:
            return self._given_by(layer)
        calls = self.dtypes.get(f"{self.prefix}{ref.layer}", ())
        node = ref.node - (layer.model is not None)
        outputs = calls[node].outputs if 0 <= node < len(calls) else ()
        return outputs[min(ref.tensor, len(outputs) - 1)] if outputs else UNKNOWN

    def _given_by(self, layer: Layer) -> str:
        function = FUNCTIONS.get(layer.class_name)
        if layer.class_name != SLICES and function is None:
            return UNKNOWN
        if function is not None and (function.gives or layer.config.get("dtype")):
            return function.gives or str(layer.config["dtype"])
        refs = [ref for call in layer.calls for ref in call.refs()]
        found = {self.dtype(ref) for ref in refs[1 if layer.class_name == "Where" else 0 :]}
        return found.pop() if len(found) == 1 else UNKNOWN


def _given(call: Call, function: Function) -> list[Value] | None:
    """What a call gives, in the order of the operation's arguments; None if that is not known."""
    if function.listed:
        return None if call.arguments else [call.inputs]
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
    return [first if find_refs(first) else Constant(first), *values[1:]]


def _keywords(function: Function, config: Config) -> dict[str, Value] | None:
    """The config of an operation as arguments of its function; None if it cannot say them."""
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


def _fits(number: Value, dtype: str) -> bool:
    """True if TensorFlow takes a number for one of that dtype, as Keras 3 does."""
    if type(number) is bool:
        return dtype == "bool"
    if type(number) is float:
        return dtype in FLOATS
    return type(number) is int and (dtype in FLOATS or dtype.startswith("int"))
