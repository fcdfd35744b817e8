"""A model of Keras 1 in the words of Keras 2.0."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import Final

from keraport.changes.sources import own_keras_file
from keraport.model import Layer, Model, Value
from keraport.model.graph import map_layers, walk
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict, brief
from keraport.surgery.keras1.kernels import moved_axis
from keraport.surgery.keras1.merges import IMPOSSIBLE, merged
from keraport.surgery.keras1.values import NoSuchValueError, value_of
from keraport.surgery.keras1.words import WORDS, Word

SOURCE: Final = own_keras_file("2.0.9", "legacy/interfaces.py")
_HINT: Final = "load the file in Keras 1, rebuild the layer there, and save the model again"

_BATCHES: Final = {
    1: "it normalises each sample, and adds epsilon twice",
    2: "it normalises each batch by its own mean and variance, also when it predicts",
}
"""What BatchNormalization does in its other modes (``layers/normalization.py``)."""


@dataclass(slots=True)
class Words:
    """Brings layers into the words of Keras 2.0.

    Args:
        journal: is told what is called otherwise, and of what Keras 2 has nothing for.
        own: names of classes of the user's own; they are left alone.
    """

    journal: Journal
    own: frozenset[str] = frozenset()
    orders: frozenset[str] = frozenset()
    """What layers of the model say of the order of their dimensions."""
    refused: set[str] = field(default_factory=set)

    def model(self, model: Model, prefix: str = "") -> Model:
        """All layers at any depth."""
        if not prefix:
            found = (str(layer.config.get("dim_ordering", "")) for _, layer in walk(model))
            self.orders = frozenset(order for order in found if order)
        layers = [self.layer(layer, f"{prefix}{layer.name or layer.class_name}")
                  for layer in model.layers]  # fmt: skip
        return replace(model, layers=tuple(layers))

    def layer(self, layer: Layer, path: str) -> Layer:
        """A layer, and what is inside of it."""
        if layer.model is not None:
            return replace(layer, model=self.model(layer.model, f"{path}/"))
        if layer.class_name in self.own:
            return layer
        inner: Callable[[Layer], Layer] = lambda part: self.layer(  # noqa: E731
            part, f"{path}/{part.name or part.class_name}"
        )
        layer = layer.with_config(map_layers(layer.config, inner))
        if layer.class_name == "Merge":
            return self.merge(layer, path)
        if layer.class_name == "TimeDistributedDense":
            return self.every_step(layer, path)
        return self.renamed(layer, path)

    def merge(self, layer: Layer, path: str) -> Layer:
        """A Merge as the layer of Keras 2 that computes the same."""
        found = merged(layer)
        if isinstance(found, str):
            self.refuse(path, found, IMPOSSIBLE)
            return layer
        if found.class_name == "Cosine":
            return found
        text = f"Merge(mode={brief(layer.config.get('mode'))}) is {found.class_name} of Keras 2"
        self.journal.note(path, Note(Verdict.EXACT, text, source=SOURCE))
        return found

    def every_step(self, layer: Layer, path: str) -> Layer:
        """A TimeDistributedDense, which is a Dense within TimeDistributed."""
        inner = self.renamed(replace(layer, calls=(), weights=()), path)
        own = {key: inner.config[key] for key in _OUTER if key in inner.config}
        rest = {key: value for key, value in inner.config.items() if key not in _OUTER}
        name = f"{layer.name}_dense"
        dense = replace(inner, name=name, config={**rest, "name": name})
        config = {**own, "name": layer.name, "layer": dense}
        return replace(layer, class_name="TimeDistributed", config=config)

    def renamed(self, layer: Layer, path: str) -> Layer:
        """A layer under the names of Keras 2."""
        word = WORDS.get(layer.class_name, Word())
        becomes = word.becomes or layer.class_name
        try:
            config, said = self.config(self.ordered(layer, word), word)
        except NoSuchValueError as error:
            self.refuse(path, str(error), _HINT)
            return layer
        if becomes != layer.class_name:
            said.insert(0, f"{layer.class_name} is called {becomes} since Keras 2")
        if layer.class_name == "PReLU" or layer.class_name in _SHARING:
            config["shared_axes"] = _shared_axes(layer)
            said.append(f"shared_axes={config['shared_axes']}, which the shape of its weights says")
        if word.hides_order:
            said.append(f"data_format={config['data_format']!r}: it does not write it, and all "
                        "others of the model that do have that")  # fmt: skip
        if said:
            self.journal.note(path, Note(Verdict.EXACT, "; ".join(said), source=SOURCE))
        mode = layer.config.get("mode", 0)
        if layer.class_name == "BatchNormalization" and mode != 0:
            self.refuse(path, f"mode={mode!r:.20}: {_BATCHES.get(mode, 'unknown')}", _HINT)
        return replace(layer, class_name=becomes, config=config)

    def ordered(self, layer: Layer, word: Word) -> Layer:
        """The layer with the order of its dimensions, where it does not write it.

        Raises:
            NoSuchValueError: nothing in the model tells.
        """
        if not word.hides_order:
            return layer
        if len(self.orders) != 1:
            others = "none of the other layers does" if not self.orders else "others have both"
            raise NoSuchValueError(
                f"a {layer.class_name} of Keras 1 does not write its dim_ordering, and {others}"
            )
        (order,) = self.orders
        return layer.with_config({**layer.config, "dim_ordering": order})

    @staticmethod
    def config(layer: Layer, word: Word) -> tuple[dict[str, Value], list[str]]:
        """The config, and what is to be said of it."""
        old = {**layer.config}
        said: dict[str, str] = {}
        left: list[str] = []
        config: dict[str, Value] = {}
        if "input_dtype" in old:
            config["dtype"] = old.pop("input_dtype")
            said["input_dtype"] = "dtype"
        joined = {key: [old.pop(part, None) for part in parts]
                  for key, parts in word.joined.items() if parts[0] in old}  # fmt: skip
        for key, value in old.items():
            if key in word.drops:
                if value not in (None, 0, 0.0) and key not in _SILENT:
                    left.append(f"{key} left out: {word.drops[key]}")
                continue
            new = "data_format" if key == "dim_ordering" else word.keywords.get(key, key)
            value = value_of(layer.class_name, new, value)
            if new in word.listed and type(value) is int:
                value = [value]
            if new != key:
                said[key] = new
            config[new] = value
        for key, parts in joined.items():
            said.update(dict.fromkeys(word.joined[key], key))
            config[key] = parts
        config.update(word.adds)
        if layer.class_name == "SeparableConvolution2D":
            config["pointwise_initializer"] = config.get("depthwise_initializer")
        becomes = word.becomes or layer.class_name
        moved = {key: moved_axis(becomes, config, value) for key, value in config.items()}
        return moved, [*_spelt(said), *left]

    def refuse(self, path: str, text: str, hint: str) -> None:
        """Keras 2 has nothing for it."""
        self.refused.add(path)
        self.journal.note(path, Note(Verdict.REFUSED, text, hint, SOURCE))


_OUTER: Final = ("batch_input_shape", "dtype", "trainable")
"""Keywords of a wrapper."""

_SILENT: Final = frozenset({"input_dim", "input_length"})
"""Keywords that repeat what the graph says."""

_SHARING: Final = frozenset({"SReLU", "ParametricSoftplus"})
"""Classes that do not write which axes share their weights, as PReLU does not."""


def _shared_axes(layer: Layer) -> list[int] | None:
    """The axes along which the weights have one element."""
    if not layer.weights:
        return None
    axes = [axis for axis, size in enumerate(layer.weights[0].shape, 1) if size == 1]
    return axes or None


def _spelt(said: Mapping[str, str]) -> list[str]:
    """Old and new keywords, as a phrase."""
    joined: dict[str, list[str]] = {}
    for old, new in said.items():
        joined.setdefault(new, []).append(old)
    pairs = [f"{' and '.join(old)} is {new}" for new, old in joined.items()]
    return [", ".join(pairs)] if pairs else []
