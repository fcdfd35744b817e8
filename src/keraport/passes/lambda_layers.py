"""Lambda layers: bytecode gives way to functions that the target finds by name."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from keraport.catalog.releases import Release
from keraport.errors import UsageError
from keraport.model import Config, Layer, Model, Value
from keraport.report import Journal, Note, Verdict

if TYPE_CHECKING:
    from keraport.lambdas.functions import Function

_FUNCTIONS = {"function": "function_type", "output_shape": "output_shape_type"}
"""Keys that may hold a function, and the keys that say how (``layers/core.py``, Lambda)."""

_HINT = (
    "write it as a function in a file and say --objects FILE.py --lambda {name}=FUNCTION, "
    "or let --translate-lambdas read it"
)
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

    def resolve(self, model: Model) -> Model:
        """The model whose Lambdas name their functions, as far as they are to be had.

        Raises:
            UsageError: the choices speak of what is not there.
        """
        resolved = self._model(model, "")
        for layer, function in self.choices.named.items():
            if layer not in self.used:
                raise UsageError(
                    f"--lambda {layer}={function}: the model has no Lambda of that name",
                    hint="`keraport inspect MODEL` lists them",
                )
        return resolved

    def _model(self, model: Model, prefix: str) -> Model:
        layers = tuple(self._layer(layer, f"{prefix}{layer.name}") for layer in model.layers)
        return replace(model, layers=layers)

    def _layer(self, layer: Layer, path: str) -> Layer:
        if layer.model is not None:
            return replace(layer, model=self._model(layer.model, f"{path}/"))
        if layer.class_name == "Lambda":
            return self._lambda(layer, path)
        config = {key: self._value(value, path) for key, value in layer.config.items()}
        return layer.with_config(config)

    def _value(self, value: Value, path: str) -> Value:
        if isinstance(value, Layer):
            return self._layer(value, f"{path}/{value.name or value.class_name}")
        if isinstance(value, list):
            return [self._value(item, path) for item in value]
        return value

    def _lambda(self, layer: Layer, path: str) -> Layer:
        if layer.config.get("mask") is not None:
            text = "has a function for its mask, which is not translated"
            self._refuse(path, text, "make the layer a class of your own")
            return layer
        config = dict(layer.config)
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
            elif said not in (None, "raw"):
                text = f"has {kind} {said!r}, which is not what Keras writes"
                self._refuse(path, text, _HINT.partition(", or")[0].format(name=_quoted(layer)))
                return layer
        return layer.with_config(without_modules(config))

    def _function(self, layer: Layer, path: str, key: str) -> str | None:
        """The name of the function to call instead of bytecode; None if it was refused."""
        if key == "function" and layer.name in self.choices.named:
            return self._named(layer, path)
        if not self.choices.translate:
            text = "holds the bytecode of one Python version, which is neither run nor trusted"
            hint = _HINT.format(name=_quoted(layer))
            self._refuse(path, f"a Lambda {text}", hint, (*_by_hand(layer), TRANSLATE))
            return None
        from keraport.lambdas.functions import function_of
        from keraport.lambdas.nodes import UntranslatableError

        name = self._new_name(layer.name, key)
        try:
            function = function_of(
                layer.config.get(key), name, self.source, self.target, self.choices.python
            )
        except UntranslatableError as error:
            text = f"its {key} {error}"
            hint = _HINT.partition(", or")[0].format(name=_quoted(layer))
            self._refuse(path, text, hint, _by_hand(layer) if key == "function" else ())
            return None
        self.made[name] = function
        shown = " ".join(function.source.split("\n", 1)[1].split())
        text = f"bytecode of Python {function.python}, read as: {shown}"
        self.journal.note(path, Note(Verdict.EXACT, text))
        return name

    def _named(self, layer: Layer, path: str) -> str:
        name = self.choices.named[layer.name]
        self.used.add(layer.name)
        if name not in self.known:
            raise UsageError(
                f"--lambda {layer.name}={name}: no file given with --objects defines {name}",
                hint="name the file that defines it: --objects FILE.py",
            )
        text = f"calls {name} of your own file: that it computes the same is up to that file"
        self.journal.note(path, Note(Verdict.UNCHANGED, text))
        return name

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


def _quoted(layer: Layer) -> str:
    """The name as a shell takes it: it is made for copying, and the file chose it."""
    return shlex.quote(layer.name)


def _by_hand(layer: Layer) -> tuple[str, ...]:
    return ("--objects", "FILE.py", "--lambda", f"{layer.name}=FUNCTION")


def without_modules(config: Config) -> Config:
    """The config without the names of modules that the source's process had."""
    return {key: value for key, value in config.items() if key not in _MODULES}


_MODULES = frozenset({"module", "output_shape_module"})
