"""Models, layers and how they are called, as frozen data.

The same classes carry a model as its file tells it, in the hub's words, and in the vocabulary of
the target; a pass makes a new model out of an old one with :func:`dataclasses.replace`.
Nothing here knows a file format or a release.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any, Final, TypeAlias

from keraport.model.weights import Weight
from keraport.records import dataclass

Value: TypeAlias = Any
"""A value in a config: JSON (``None``, ``bool``, ``int``, ``float``, ``str``, ``list``, ``dict``),
or one of `Object`, `Layer`, `TensorRef` at any depth."""

Config: TypeAlias = Mapping[str, Value]

_PLAIN = frozenset({bool, float, int, str, type(None)})
"""Types of values that hold no others."""

KERAS = "keras"
"""Package of Keras' own classes, and of those that a file does not tell from them."""

OPERATIONS = "keras.ops"
"""Package of Keras 3's operations on tensors: ``Multiply`` of it is no layer ``Multiply``."""

NAMELESS = "<lambda>"
"""What Keras saves for an activation, a loss, ... that is a lambda: its ``__name__``."""

UNREGISTERED = ""
"""Package of a user's class that is in no package, where the file tells that it is the user's."""


@dataclass(frozen=True, slots=True)
class TensorRef:
    """Output number `tensor` of call number `node` of the layer named `layer`.

    `node` counts as Keras counts: a nested model has a call 0 of its own, made when it was built,
    so that its first use by the outer model is call 1
    (``Network.get_config`` in TF 1.12, ``functional.get_network_config`` in TF 2.3).
    """

    layer: str
    node: int
    tensor: int


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that is handed to a layer in the place of a tensor, e.g. the 1 of ``1 - x``."""

    value: Value


@dataclass(frozen=True, slots=True)
class Call:
    """A layer applied to tensors: an inbound node.

    Args:
        inputs: what the layer is called with: a structure (list, dict) of `TensorRef`, and of
            `Constant` where a value stands in the place of a tensor.
        arguments: keyword arguments of the call; tensors among them are `TensorRef`.
    """

    inputs: Value
    arguments: Config = field(default_factory=dict)

    def refs(self) -> tuple[TensorRef, ...]:
        """All tensors the call reads: its inputs in order, then those in its arguments."""
        return (*find_refs(self.inputs), *find_refs(self.arguments))


FUNCTION: Final = "function"
"""Class of a function that stands as an object; its config is the name."""


@dataclass(frozen=True, slots=True)
class Object:
    """A serialised object that is no layer: an initializer, regularizer, loss, policy, ...

    Args:
        class_name: the name it is looked up by, e.g. ``GlorotUniform``; ``package>Name`` if the
            user registered it.
        config: its constructor keywords.
        extra: further keys beside ``class_name`` and ``config`` (``module``, ``registered_name``).
        package: whose class it is: `KERAS`, or the package or module of a class of the user's own.
    """

    class_name: str
    config: Value
    extra: Config = field(default_factory=dict)
    package: str = KERAS

    @property
    def function(self) -> str:
        """The name of a function that stands as an object (Keras 2.12 and later); else empty."""
        is_function = self.class_name == FUNCTION and isinstance(self.config, str)
        return str(self.config) if is_function else ""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer, with its calls in the model around it.

    Args:
        name: unique within its model; empty where a file gives none.
        class_name: the name it is looked up by, e.g. ``Conv2D``; ``package>Name`` if the user
            registered it.
        config: constructor keywords (with ``name`` among them where the file has it). Wrapped
            layers and cells are `Layer`, other serialised objects are `Object`.
        calls: its inbound nodes; empty in a Sequential, where the order says it.
        model: what is inside, when the layer is itself a model; its `config` is empty then.
        weights: in the order of the file; only layers of the outermost model carry them, those of
            a nested model or a wrapper are listed flat on the outer layer, as Keras stores them.
        extra: further keys beside the known ones (``module``, ``registered_name``).
        package: whose class it is: `KERAS`, `OPERATIONS`, or the package or module of a class of
            the user's own.
    """

    name: str
    class_name: str
    config: Config
    calls: tuple[Call, ...] = ()
    model: Model | None = None
    weights: tuple[Weight, ...] = ()
    extra: Config = field(default_factory=dict)
    package: str = KERAS

    @property
    def is_keras(self) -> bool:
        """True for a layer of Keras' own, as far as the file tells."""
        return self.package == KERAS

    def with_config(self, config: Config) -> Layer:
        """The same layer with another config."""
        # `replace` takes four times as long, and every layer is given several.
        return Layer(
            self.name,
            self.class_name,
            config,
            calls=self.calls,
            model=self.model,
            weights=self.weights,
            extra=self.extra,
            package=self.package,
        )


@dataclass(frozen=True, slots=True)
class Model:
    """Layers and the tensors that go in and out.

    Args:
        name: the model's own name.
        class_name: ``Sequential``, ``Functional``, ``Model``, or a user's subclass.
        layers: in the order of the file.
        inputs: structure of `TensorRef`; None for a Sequential.
        outputs: structure of `TensorRef`; None for a Sequential.
        settings: what else its config holds, e.g. ``build_input_shape``, ``trainable``.
        extra: further keys beside ``class_name`` and ``config``.
        package: whose class it is, as for a layer.
    """

    name: str
    class_name: str
    layers: tuple[Layer, ...]
    inputs: Value = None
    outputs: Value = None
    settings: Config = field(default_factory=dict)
    extra: Config = field(default_factory=dict)
    package: str = KERAS

    @property
    def is_sequential(self) -> bool:
        """True for a plain stack of layers, whose order says how they are called."""
        return self.inputs is None

    def layer(self, name: str) -> Layer:
        """The layer of that name.

        Raises:
            KeyError: there is none.
        """
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise KeyError(name)


def find_refs(value: Value) -> tuple[TensorRef, ...]:
    """All `TensorRef` in a structure in the order of ``tf.nest.flatten``: dicts by sorted keys."""
    if isinstance(value, TensorRef):
        return (value,)
    if isinstance(value, Mapping):
        return tuple(ref for key in sorted(value, key=str) for ref in find_refs(value[key]))
    if isinstance(value, list | tuple):
        return tuple(ref for item in value for ref in find_refs(item))
    return ()


def map_refs(value: Value, function: Callable[[TensorRef], Value]) -> Value:
    """The same structure with every `TensorRef` replaced by what `function` makes of it."""
    if isinstance(value, TensorRef):
        return function(value)
    if isinstance(value, Mapping):
        return {key: map_refs(item, function) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [map_refs(item, function) for item in value]
    return value


def given_to_model(call: Call, model: Model) -> tuple[TensorRef, ...]:
    """The tensors that a call gives a nested model, in the order of the model's own inputs.

    Dicts are taken by the names of the inputs where they have them all
    (``Functional._flatten_to_reference_inputs``, TF 2.3).
    """
    given = call.inputs
    if isinstance(given, Mapping):
        if isinstance(model.inputs, Mapping):
            names = sorted(model.inputs, key=str)
        else:
            names = [ref.layer for ref in find_refs(model.inputs)]
        if names and all(isinstance(given.get(name), TensorRef) for name in names):
            return tuple(given[name] for name in names)
    return find_refs(given)


def inner_layers(value: Value) -> Iterator[Layer]:
    """The layers that stand directly in a config: a wrapped layer, a cell, a list of cells."""
    found: list[Layer] = []
    _collect_layers(value, found)
    return iter(found)


def _collect_layers(value: Value, found: list[Layer]) -> None:
    # Most values are plain: a large model has millions, and this is asked often.
    kind = type(value)
    if kind in _PLAIN or kind is Object:
        return
    if isinstance(value, Layer):
        found.append(value)
        return
    items: Iterable[Value] = ()
    if kind is dict or isinstance(value, Mapping):
        items = value.values()
    elif isinstance(value, list | tuple):
        items = value
    for item in items:
        if type(item) not in _PLAIN:
            _collect_layers(item, found)


def map_layers(value: Value, function: Callable[[Layer], Layer]) -> Value:
    """A config with every layer that stands directly in it replaced by what `function` makes."""
    if type(value) in _PLAIN or type(value) is Object:
        return value
    if isinstance(value, Layer):
        return function(value)
    if type(value) is dict or isinstance(value, Mapping):
        return {key: map_layers(item, function) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [map_layers(item, function) for item in value]
    return value


def walk(model: Model, prefix: str = "") -> Iterator[tuple[str, Layer]]:
    """Every layer at any depth with its path, e.g. ``encoder/bidirectional/lstm``, outer first."""
    for layer in model.layers:
        # As `walk_layer`, without a generator for each layer.
        path = f"{prefix}{layer.name or layer.class_name}"
        yield path, layer
        if layer.model is not None:
            yield from walk(layer.model, f"{path}/")
        found: list[Layer] = []
        _collect_layers(layer.config, found)
        for inner in found:
            yield from walk_layer(inner, f"{path}/")


def walk_layer(layer: Layer, prefix: str = "") -> Iterator[tuple[str, Layer]]:
    """A layer and every layer inside it, with paths."""
    path = f"{prefix}{layer.name or layer.class_name}"
    yield path, layer
    if layer.model is not None:
        yield from walk(layer.model, f"{path}/")
    for inner in inner_layers(layer.config):
        yield from walk_layer(inner, f"{path}/")
