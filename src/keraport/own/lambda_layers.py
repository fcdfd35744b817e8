"""Lambda layers: bytecode gives way to functions that the target finds by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from keraport.analysis.dtypes import infer_dtypes
from keraport.analysis.masks import makes_mask
from keraport.analysis.shapes import CallShapes, infer_shapes
from keraport.catalog.api import Kind, load_api
from keraport.catalog.releases import Release
from keraport.changes import lacks
from keraport.changes.layers.dtype_rules import FLOATS, UNKNOWN
from keraport.changes.layers.masks import LambdasHandMasksOn
from keraport.changes.site import CallDtypes
from keraport.errors import UsageError
from keraport.model import Call, Config, Layer, Model, Value
from keraport.model.graph import inner_layers, walk
from keraport.own.lambda_values import argument, as_dimensions, given
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict

if TYPE_CHECKING:
    from keraport.lambdas.functions import Function, Surroundings

_FUNCTIONS = {"function": "function_type", "output_shape": "output_shape_type"}
"""Keys that may hold a function, and the keys that say how (``layers/core.py``, Lambda)."""

_BYTECODE = "a Lambda holds the bytecode of one Python version, which is neither run nor trusted"
_BY_HAND = "write it as a function in a file and name that with --objects and --lambda"
_HINT = f"let --translate-lambdas read it, or {_BY_HAND}"
_PHASE = "training"
_FLOATS = FLOATS | {UNKNOWN}
"""Dtypes on which a target may try a function that is given floats."""
_TENSORFLOW = "import tensorflow as tf"
TRANSLATE = "--translate-lambdas"


@dataclass(frozen=True, slots=True)
class LambdaChoices:
    """What to do with Lambda layers.

    Args:
        named: functions of the user's files by the name of the layer.
        translate: whether bytecode is read, and written as source.
        python: whose bytecode it is, e.g. ``3.7``; found out if None.
    """

    named: Mapping[str, str] = field(default_factory=dict)
    translate: bool = False
    python: str | None = None


@dataclass(slots=True)
class LambdaLayers:
    """Replaces the functions of a model's Lambdas.

    Args:
        choices: what to do.
        known: names of functions that the user's files define.
        source: the release that wrote the model.
        target: the release to write for.
        journal: takes the notes.
        made: the functions that were translated, by name.
    """

    choices: LambdaChoices
    known: frozenset[str]
    source: Release
    target: Release
    journal: Journal
    made: dict[str, Function] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    shapes: Mapping[str, tuple[CallShapes, ...]] = field(default_factory=dict)
    dtypes: Mapping[str, tuple[CallDtypes, ...]] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)
    """The first layer that stores a function, by what is stored."""
    gives_masks: bool = False
    """Some layer of the model gives masks, or may do so."""
    same: Mapping[str, str] = field(default_factory=dict)
    """Functions of the user's files by what a Lambda stores, for those named by another layer."""

    def resolve(self, model: Model) -> Model:
        """The model whose Lambdas name their functions, as far as they can be read.

        Raises:
            UsageError: the choices speak of what is not there.
        """
        if self.choices.translate:
            self.shapes = infer_shapes(model, self.known)
            self.dtypes = infer_dtypes(model, self.known)
        self.gives_masks = any(_gives_mask(layer, self.known) for _, layer in walk(model))
        self.same = _same_functions(model, self.choices.named)
        resolved = self._model(model, "")
        for layer, function in self.choices.named.items():
            if layer not in self.used:
                raise UsageError(
                    f"--lambda {layer}={function}: the model has no Lambda of that name",
                    hint="`keraport inspect MODEL` lists them",
                )
        return resolved

    def forget(self, before: Model, after: Model) -> None:
        """Forget functions that Lambda layers called, and no longer call."""
        for name in _called(before) - _called(after):
            self.made.pop(name, None)

    def _model(self, model: Model, prefix: str) -> Model:
        layers = tuple(self._layer(layer, f"{prefix}{layer.name}") for layer in model.layers)
        return replace(model, layers=layers)

    def _layer(self, layer: Layer, path: str) -> Layer:
        if layer.model is not None:
            return replace(layer, model=self._model(layer.model, f"{path}/"))
        if layer.class_name == "Lambda":
            return self._as_it_says(self._lambda(layer, path))
        config = {key: self._value(value, path) for key, value in layer.config.items()}
        return layer.with_config(config)

    def _value(self, value: Value, path: str) -> Value:
        if isinstance(value, Layer):
            return self._layer(value, f"{path}/{value.name or value.class_name}")
        if isinstance(value, list):
            return [self._value(item, path) for item in value]
        return value

    def _as_it_says(self, layer: Layer) -> Layer:
        """Without the keys that tell a function's name from bytecode, where it has none."""
        spec = load_api(self.source.id).find(Kind.LAYER, layer.class_name)
        kinds = _FUNCTIONS.values()
        unsaid = {key for key in kinds if spec is not None and not spec.accepts(key)}
        return layer.with_config({k: v for k, v in layer.config.items() if k not in unsaid})

    def _lambda(self, layer: Layer, path: str) -> Layer:
        if layer.config.get("mask") is not None:
            text = "has a function for its mask, which is not translated"
            self._refuse(path, text, "replace the Lambda with a custom layer")
            return layer
        config = dict(layer.config)
        phase = _phases(layer) if not self.target.has("tells-lambdas-the-phase") else set()
        handed_on = bool(phase)
        for key, kind in _FUNCTIONS.items():
            stored, said = config.get(key), config.get(kind)
            if said == "function" and isinstance(stored, str):
                if stored not in self.known:
                    text = f"calls the function {stored!r}, which no file defines"
                    hint = "name the file that defines it: --objects FILE.py"
                    self._refuse(path, text, hint, ("--objects", "FILE.py"))
                    return layer
            elif said == "lambda" or key == "function":
                # Whatever it is said to be: what is no name can only be code.
                name = self._function(layer, path, key)
                if name is None:
                    return layer
                config.update({key: name, kind: "function"})
                if key == "function" and not self._says_shape(config, name, path):
                    return layer
                handed_on = handed_on and name not in self.made
            elif said not in (None, "raw"):
                text = f"has {kind} {said!r}, which is not what Keras writes"
                self._refuse(path, text, _BY_HAND)
                return layer
        if handed_on or len(phase) > 1:
            text = f"is called with training=, which {self.target} does not hand to a Lambda"
            self._refuse(path, text, "give training as one of the arguments of the Lambda")
            return layer
        if phase:
            layer = replace(layer, calls=tuple(map(_without_phase, layer.calls)))
        return layer.with_config(without_modules(config))

    def _says_shape(self, config: dict[str, Value], name: str, path: str) -> bool:
        """Put the shape that it gives into a config where the target would not find it out.

        Returns:
            False if it is not known, which was noted.
        """
        found = self._tried(path)
        told = config.get("output_shape") is not None or name not in self.made
        if told or not any(map(any, found)) or self.made[name].is_tried_on_floats:
            return True
        shape = self.made[name].shape
        if not shape or shape[0] is not None:
            text = (
                f"is given {' or '.join(map(_listed, found))}, and {self.target} tries a "
                "Lambda on floats to find out its shape, which is not known here"
            )
            self._refuse(path, text, "give the Lambda an output_shape")
            return False
        config.update({"output_shape": list(shape[1:]), "output_shape_type": "raw"})
        return True

    def _tried(self, path: str) -> list[tuple[str, ...]]:
        """The dtypes of what a function is given, call by call, where it is tried on floats."""
        if not self.target.has("tries-lambdas-on-floats"):
            return []
        found = {call.inputs for call in self.dtypes.get(path, ())}
        return [tuple("" if dtype in _FLOATS else dtype for dtype in call) for call in found]

    def _function(self, layer: Layer, path: str, key: str) -> str | None:
        """The name of the function to call instead of bytecode; None if it was refused."""
        named = self._choice(layer) if key == "function" else None
        if named is not None:
            return self._named(named, path)
        stored = layer.config.get(key)
        if not self.choices.translate:
            self._refuse(path, _BYTECODE, _HINT, (*_by_hand(self._first(layer)), TRANSLATE))
            return None
        from keraport.lambdas.functions import function_of
        from keraport.lambdas.nodes import UntranslatableError

        name = self._new_name(layer.name, key)
        try:
            function = function_of(
                stored,
                name,
                self.source,
                self.target,
                self.choices.python,
                self._surroundings(layer, path, key),
            )
        except UntranslatableError as error:
            text = f"its {key} {error}"
            options = _by_hand(self._first(layer)) if key == "function" else ()
            self._refuse(path, text, _BY_HAND, options)
            return None
        self.made[name] = function
        shown = " ".join(function.source.split("\n", 1)[1].split())
        text = f"bytecode of Python {function.python}, read as: {shown}"
        if _TENSORFLOW in function.imports and self.target.has("has-other-backends"):
            text += "; it needs the tensorflow backend"
        self.journal.note(path, Note(Verdict.EXACT, text))
        return name

    def _choice(self, layer: Layer) -> str | None:
        """The user's function for a layer: by its name, or by a layer that stores the same."""
        if layer.name in self.choices.named:
            self.used.add(layer.name)
            return self.choices.named[layer.name]
        return self.same.get(_identity(layer))

    def _first(self, layer: Layer) -> str:
        """The first layer that stores the same function, which stands for all of them."""
        return self.first.setdefault(_identity(layer), layer.name)

    def _named(self, name: str, path: str) -> str:
        if name not in self.known:
            raise UsageError(
                f"--lambda {path}={name}: no file given with --objects defines {name}",
                hint="name the file that defines it: --objects FILE.py",
            )
        text = f"calls {name} of your file; keraport cannot check that it computes the same"
        self.journal.note(path, Note(Verdict.UNCHANGED, text))
        return name

    def _surroundings(self, layer: Layer, path: str, key: str) -> Surroundings:
        """What is known of what a function is called with."""
        from keraport.lambdas.functions import Surroundings

        inputs = given(layer, self.shapes.get(path, ()))
        if key == "output_shape":
            return Surroundings(first=as_dimensions(inputs))
        arguments = layer.config.get("arguments")
        others = arguments if isinstance(arguments, dict) else {}
        module = layer.config.get("module")
        tried = self._tried(path)
        return Surroundings(
            first=inputs,
            tried=tried[0] if len(tried) == 1 else (),
            others={name: argument(value) for name, value in others.items()},
            module=module if isinstance(module, str) else "",
            may_be_masked=self.gives_masks,
            is_to_copy=self.gives_masks
            and lacks(self.source, LambdasHandMasksOn)
            and not lacks(self.target, LambdasHandMasksOn),
            phase=next(iter(phases)) if len(phases := _phases(layer)) == 1 else None,
        )

    def _new_name(self, layer: str, key: str) -> str:
        plain = "".join(
            letter if letter.isalnum() and letter.isascii() else "_" for letter in layer
        )
        name = f"{plain}_{key}" if plain[:1].isalpha() else f"layer_{plain}_{key}"
        while name in self.made or name in self.known:
            name = f"{name}_"
        return name

    def _refuse(self, path: str, text: str, hint: str, options: tuple[str, ...] = ()) -> None:
        self.journal.note(path, Note(Verdict.REFUSED, text, hint, options=options))


def _by_hand(layer: str) -> tuple[str, ...]:
    return ("--objects", "FILE.py", "--lambda", f"{layer}=FUNCTION")


def _identity(layer: Layer) -> str:
    """What a Lambda stores of its function: equal for layers that call the same.

    Their ``arguments`` may differ, which any function of that name is given.
    """
    return json.dumps(layer.config.get("function"), sort_keys=True, default=repr)


def _same_functions(model: Model, named: Mapping[str, str]) -> dict[str, str]:
    """Functions of the user's files by what the layer stores that they are named for."""
    lambdas = (layer for _, layer in walk(model) if layer.class_name == "Lambda")
    return {_identity(layer): named[layer.name] for layer in lambdas if layer.name in named}


def _gives_mask(layer: Layer, custom: frozenset[str]) -> bool:
    """True if a mask may leave a layer although none arrives, or is given to it by hand."""
    if makes_mask(layer) or layer.class_name in custom:
        return True
    if any("mask" in call.arguments for call in layer.calls):
        return True
    return any(_gives_mask(inner, custom) for inner in inner_layers(layer.config))


def _called(model: Model) -> set[str]:
    lambdas = [layer for _, layer in walk(model) if layer.class_name == "Lambda"]
    values = [value for layer in lambdas for value in layer.config.values()]
    return {value for value in values if isinstance(value, str)}


def _phases(layer: Layer) -> set[bool | int]:
    """What the layer is called with for ``training``, as far as that is a plain value."""
    found = (call.arguments.get(_PHASE) for call in layer.calls)
    return {value for value in found if isinstance(value, bool | int)}


def _without_phase(call: Call) -> Call:
    return replace(
        call, arguments={key: value for key, value in call.arguments.items() if key != _PHASE}
    )


def _listed(dtypes: tuple[str, ...]) -> str:
    return ", ".join(sorted({dtype or "floats" for dtype in dtypes}))


def without_modules(config: Config) -> Config:
    """The config without the names of modules that the source's process had."""
    return {key: value for key, value in config.items() if key not in _MODULES}


_MODULES = frozenset({"module", "output_shape_module"})
