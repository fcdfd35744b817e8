"""``activation=`` given as a layer: ``Dense(4, activation=LeakyReLU(0.1))``.

The file holds the layer's config where other models hold a name, which no stock loader described
here takes: TF 1.12 takes names only, and TF 1.15 and 2.3 look for the class among functions
(``activations.get``). The layer is put behind the one that it belongs to, where it computes the
same; inside recurrent layers a function of the companion does.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from keraport import hub
from keraport.analysis.kinds import ACTIVATION_KEYS
from keraport.analysis.rewiring import splice, with_unique_names
from keraport.analysis.shown import shown_config
from keraport.analysis.weights import flat_slots, in_target_order, moved_path
from keraport.catalog.api import Api, Kind
from keraport.changes.layers.activation_layers import unwrapped
from keraport.changes.site import INPUT, Expansion
from keraport.model import Call, Config, Layer, Model, TensorRef, Weight
from keraport.model.graph import map_layers, walk, walk_layer
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict
from keraport.text import typed

if TYPE_CHECKING:
    from keraport.lambdas.functions import Function

LAST = hub.names(lambda row: row.applies_activation_last)
"""Layers whose activation is the last thing they do."""

_TIME = "TimeDistributed"

_EXPRESSIONS: Mapping[str, str] = {
    "LeakyReLU": "tf.where(x > 0, x, {alpha!r} * x)",
    "ELU": "tf.keras.backend.elu(x, {alpha!r})",
    "ThresholdedReLU": "x * tf.cast(x > {theta!r}, x.dtype)",
    "Softmax": "tf.nn.softmax(x, {axis!r})",
    "ReLU": "tf.keras.backend.relu(\n"
    "        x, alpha={negative_slope!r}, max_value={max_value!r}, threshold={threshold!r}\n    )",
}
"""Class: what its ``call`` computes (``layers/advanced_activations.py``, TF 2.3)."""

_HINT = "build the layer without an activation and call the activation layer behind it"


@dataclass(slots=True)
class ActivationLayers:
    """Takes activation layers out of the layers that hold them.

    Args:
        api: of the release that wrote the model.
        taken: names that no function may have.
        stock_only: no companion is wanted.
        journal: takes the notes.
        made: functions for the companion, by name.
    """

    api: Api
    taken: frozenset[str]
    stock_only: bool
    journal: Journal
    made: dict[str, Function] = field(default_factory=dict)

    def taken_out(self, model: Model) -> Model:
        """The model with each such activation behind its layer, or named as a function."""
        if not any(_activations(layer) for _, layer in walk(model)):
            return model
        moved: dict[str, str] = {}
        new = self._model(model, "", moved)
        after = {layer.name: layer for layer in new.layers}
        layers = list(new.layers)
        for before in model.layers:
            layer = after.get(before.name)
            if not any(part.model for _, part in walk_layer(before)):
                # Its weights went with it.
                continue
            if layer is not None and before.weights and set(layer.weights) == set(before.weights):
                index = layers.index(layer)
                layers[index] = replace(layer, weights=self._weights(before, layer, moved))
        return replace(new, layers=tuple(layers))

    def _weights(self, before: Layer, after: Layer, moved: Mapping[str, str]) -> tuple[Weight, ...]:
        """The weights of a nested model or wrapper in the order that they have now."""
        old = [
            (moved_path(path, moved), name) for path, name in flat_slots(in_target_order(before))
        ]
        new = flat_slots(in_target_order(after))
        if old == new:
            return before.weights
        if len(old) != len(before.weights) or sorted(old) != sorted(new):
            text = "an activation in it is a layer, and which weights belong to which is ambiguous"
            self.journal.note(before.name, Note(Verdict.REFUSED, text, _HINT))
            return before.weights
        places = dict(zip(old, before.weights, strict=True))
        return tuple(places[slot] for slot in new)

    def _model(self, model: Model, prefix: str, moved: dict[str, str]) -> Model:
        found = {
            layer.name: self._layer(layer, f"{prefix}{layer.name}", moved) for layer in model.layers
        }
        expansions = {name: new for name, new in found.items() if isinstance(new, Expansion)}
        expansions = with_unique_names(model, expansions)
        for name, new in expansions.items():
            path = f"{prefix}{name}"
            moved[path] = f"{prefix}{new.main}"
            moved.update(_weights_moved(model.layer(name), path))
        kept = {name: new for name, new in found.items() if isinstance(new, Layer)}
        if model.is_sequential:
            layers: list[Layer] = []
            for layer in model.layers:
                parts = expansions[layer.name].layers if layer.name in expansions else ()
                layers += [replace(part, calls=()) for part in parts] or [kept[layer.name]]
            return replace(model, layers=tuple(layers))
        model = replace(model, layers=tuple(kept.get(la.name, la) for la in model.layers))
        return splice(model, expansions) if expansions else model

    def _layer(self, layer: Layer, path: str, moved: dict[str, str]) -> Layer | Expansion:
        if layer.model is not None:
            return replace(layer, model=self._model(layer.model, f"{path}/", moved))
        inner = _innermost(layer)
        activation = inner.config.get("activation")
        if not isinstance(activation, Layer) or inner.class_name not in LAST:
            return self._in_place(layer, path, moved)
        text = (
            f"its activation is a layer, {activation.class_name}, which no loader takes there: it "
            "is put behind"
        )
        if inner.class_name == "Activation":
            text = f"its activation is a layer, {activation.class_name}, which takes its place"
            new = _instead(inner, activation)
            self.journal.note(path, Note(Verdict.EXACT, text))
            return _around(layer, new, layer.name)
        self.journal.note(path, Note(Verdict.EXACT, text))
        return _behind(layer, inner, activation)

    def _in_place(self, layer: Layer, path: str, moved: dict[str, str]) -> Layer:
        """The layer with functions in the place of such activations, and so what is inside it."""
        config: dict[str, object] = {}
        for key, value in layer.config.items():
            if key in ACTIVATION_KEYS and isinstance(value, Layer):
                # What is refused is refused once.
                config[key] = self._function(key, value, path) or "linear"
            else:
                config[key] = map_layers(value, lambda inner: self._inner(inner, path, moved))
        return layer.with_config(config)

    def _inner(self, inner: Layer, path: str, moved: dict[str, str]) -> Layer:
        path = f"{path}/{inner.name or inner.class_name}"
        if inner.model is not None:
            return replace(inner, model=self._model(inner.model, f"{path}/", moved))
        return self._in_place(inner, path, moved)

    def _function(self, key: str, activation: Layer, path: str) -> str:
        """The name of a function of the companion that does the same; empty if none can."""
        name, template = activation.class_name, _EXPRESSIONS.get(activation.class_name)
        text = f"{key}: is a layer, {name}, which no loader takes there"
        if template is None or self.stock_only:
            self.journal.note(path, self._refused(text, path, key, name))
            return ""
        if not all(map(_is_plain, _numbers(activation.config).values())):
            text = f"{key}: {name}({shown_config(_numbers(activation.config))}): expected numbers"
            self.journal.note(path, Note(Verdict.REFUSED, text, _HINT))
            return ""
        values = {word: unwrapped(value) for word, value in activation.config.items()}
        slope = values.get("negative_slope")
        if name == "ReLU" and slope and values.get("max_value") is None:
            # The backend of older releases takes the larger of x and slope * x.
            template = _EXPRESSIONS["LeakyReLU"] if not values.get("threshold") else template
            values["alpha"] = slope
        source = template.format_map(_Words(values))
        function = self._named(_snake(name), source, activation)
        text = f"{text}; {function} of the companion does the same"
        self.journal.note(path, Note(Verdict.EXACT, text))
        return function

    def _refused(self, text: str, path: str, key: str, name: str) -> Note:
        if name in _EXPRESSIONS:
            return Note(Verdict.REFUSED, f"{text}, and --stock-only allows no companion", _HINT)
        own = self.api.find(Kind.LAYER, name) is None
        text += ", and is your own" if own else ", and has weights of its own"
        options = ("--objects", "FILE.py", "--map", f"{path}.{key}=FUNCTION") if own else ()
        hint = f"write it as a function and say {typed(options)}" if own else _HINT
        return Note(Verdict.REFUSED, text, hint, options=options)

    def _named(self, stem: str, expression: str, activation: Layer) -> str:
        from keraport.lambdas.functions import Function

        name, count = f"{stem}_activation", 1
        shown = ", ".join(f"{key}={value!r}" for key, value in _numbers(activation.config).items())
        while True:
            source = (
                f"def {name}(x):\n"
                f'    """{activation.class_name}({shown}) as a function."""\n'
                f"    return {expression}"
            )
            if name in self.made and self.made[name].source == source:
                return name
            if name not in self.made and name not in self.taken:
                self.made[name] = Function(name, source, (), "")
                return name
            count += 1
            name = f"{stem}_activation_{count}"


class _Words(dict[str, object]):
    """The keywords of an activation; what a config leaves out is the default of its class."""

    def __missing__(self, key: str) -> object:
        return _DEFAULTS[key]


_DEFAULTS: Config = {
    "alpha": 1.0,
    "theta": 1.0,
    "axis": -1,
    "negative_slope": 0.0,
    "max_value": None,
    "threshold": 0.0,
}


def _is_plain(value: object) -> bool:
    """True for what stands in source as it stands in a config."""
    if isinstance(value, list):
        return all(isinstance(item, int) for item in value)
    return value is None or (isinstance(value, int | float) and math.isfinite(value))


def _numbers(config: Config) -> Config:
    return {key: unwrapped(config[key]) for key in _DEFAULTS if key in config}


def _snake(name: str) -> str:
    """``leaky_re_lu`` of ``LeakyReLU``, as Keras names layers."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _activations(layer: Layer) -> bool:
    return any(isinstance(layer.config.get(key), Layer) for key in ACTIVATION_KEYS)


def _innermost(layer: Layer) -> Layer:
    """The layer in any number of TimeDistributed."""
    inner = layer.config.get("layer")
    while layer.class_name == _TIME and isinstance(inner, Layer) and inner.model is None:
        layer, inner = inner, inner.config.get("layer")
    return layer


def _around(wrapper: Layer, inner: Layer, name: str) -> Layer:
    """The same TimeDistributed, if any, around another layer."""
    if wrapper.class_name != _TIME:
        return replace(inner, name=name, config={**inner.config, "name": name})
    old = wrapper.config["layer"]
    part = _around(old, inner, old.name)
    config = {**wrapper.config, "name": name, "layer": part}
    return replace(wrapper, name=name, config=config)


def _instead(layer: Layer, activation: Layer) -> Layer:
    """An activation layer in the place of the ``Activation`` that holds it."""
    given = {key: layer.config[key] for key in _OF_THE_FIRST if key in layer.config}
    return replace(
        layer,
        class_name=activation.class_name,
        config={**activation.config, **given},
        extra=activation.extra,
    )


_OF_THE_FIRST = ("batch_input_shape",)


def _behind(layer: Layer, inner: Layer, activation: Layer) -> Expansion:
    """A layer without its activation, and the activation behind it under the layer's name."""
    if False in (layer.config.get("trainable"), inner.config.get("trainable")):
        # What holds a layer says whether it is trained.
        activation = activation.with_config({**activation.config, "trainable": False})
    linear = _around(
        layer, inner.with_config({**inner.config, "activation": "linear"}), f"{layer.name}_linear"
    )
    own = layer.weights
    weighted = activation.class_name == "PReLU" and len(own) > 1
    linear = replace(
        linear, calls=(Call([TensorRef(INPUT, 0, 0)]),), weights=own[:-1] if weighted else own
    )
    if layer.class_name == _TIME:
        wrapper = replace(
            layer, config={k: v for k, v in layer.config.items() if k not in _OF_THE_FIRST}
        )
        last = _around(wrapper, activation, layer.name)
    else:
        last = replace(
            activation, name=layer.name, config={**activation.config, "name": layer.name}
        )
    call = Call([TensorRef(linear.name, 0, 0)])
    last = replace(last, calls=(call,), weights=own[-1:] if weighted else ())
    return Expansion(
        (linear, last), (TensorRef(layer.name, 0, 0),), main=linear.name, elementwise=False
    )


def _weights_moved(layer: Layer, path: str) -> dict[str, str]:
    """New paths of the layers with weights that `_behind` moves, by old path."""
    inner, inside = layer, ""
    while inner.class_name == _TIME:
        inner = inner.config["layer"]
        inside += f"/{inner.name}"
    activation = inner.config["activation"]
    return {f"{path}{inside}/{activation.name}": f"{path}{inside}"}
