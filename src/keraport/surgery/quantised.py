"""Layers that Keras 3 quantized, for a target that does not quantize them in the same way.

Their weights are read as the numbers that their integers stand for (`keraport.quantised`); what is
left to do is to say so in their configs, and to tell what is no longer rounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from keraport.catalog.releases import Release
from keraport.catalog.windows import held
from keraport.changes.keras3.windows import keras3_file
from keraport.model import Layer, Model, Value
from keraport.model.graph import map_layers, walk_layer
from keraport.model.weights import Transformed
from keraport.quantised.policies import (
    CALIBRATED,
    CLASSES,
    Quantisation,
    is_usual,
    quantisation,
    rounds_inputs,
)
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict

_SOURCE: Final = keras3_file("layers/core/dense.py")
_BEFORE: Final = "convert the model as it was before quantize()"
_CONFIG: Final = "quantization_config"
_UNUSED: Final = (_CONFIG, "gptq_unpacked_column_size")

_KEEP: Final[Mapping[str, str]] = {
    "int8": "keras3 3.3..",
    "float8": "keras3 3.3..",
    "int4": "keras3 3.14..",
    "gptq": "keras3 3.12..",
}
"""Mode, and the releases that store and compute it in the same way."""

_PACKED_INPUTS: Final = "keras3 3.11..3.13"
"""Releases whose layers of 4 bits are packed along their inputs."""

_CONFIGURED: Final = "keras3 3.13.."
"""Releases that can be told how to quantize."""


def without_quantisation(model: Model, source: Release, target: Release, journal: Journal) -> Model:
    """The model with plain layers in the place of quantized ones that the target does not keep.

    Args:
        model: as read; its weights are those of plain layers.
        source: the release that wrote it.
        target: the release to be written for.
        journal: is told of each layer.
    """
    if not source.has("quantizes-layers"):
        return model
    plain, kept = (_Pass(source, target, journal, may) for may in (False, True))
    layers = (
        (plain if _has_changed_numbers(layer) else kept).visit(layer, "") for layer in model.layers
    )
    return replace(model, layers=tuple(layers))


def _has_changed_numbers(layer: Layer) -> bool:
    """True if more than what it stores quantized is in weights of a layer (low-rank matrices)."""
    from keraport.quantised.plain import Dequantise

    made = [weight.stored for weight in layer.weights if isinstance(weight.stored, Transformed)]
    return any(
        isinstance(origin.stored, Transformed) and isinstance(origin.stored.function, Dequantise)
        for stored in made
        for origin in stored.origins
    )


def kept_layers(model: Model) -> Iterator[tuple[str, str]]:
    """The layers of a translated model whose weights are not those of plain ones, and why."""
    for layer in model.layers:
        for path, part in walk_layer(layer):
            if not part.is_keras:
                continue
            if part.class_name in CLASSES and quantisation(part.config):
                yield path, "is quantized"
            elif part.config.get("lora_rank") is not None:
                yield path, "has low-rank matrices"


@dataclass(frozen=True, slots=True)
class _Pass:
    """Goes through an outermost layer.

    Args:
        source: the release that wrote it.
        target: the release to be written for.
        journal: is told of each layer.
        keeps: what it stores can be written as it is.
    """

    source: Release
    target: Release
    journal: Journal
    keeps: bool

    def visit(self, layer: Layer, prefix: str, around: str = "") -> Layer:
        """A layer and all that it holds."""
        path = f"{prefix}{layer.name or layer.class_name}"
        if not prefix:
            self._tell_parts(layer)
        if layer.model is not None:
            layers = tuple(self.visit(inner, f"{path}/") for inner in layer.model.layers)
            return replace(layer, model=replace(layer.model, layers=layers))

        def inside(inner: Layer) -> Layer:
            return self.visit(inner, f"{path}/", layer.class_name)

        if not layer.is_keras:
            return layer
        layer = layer.with_config(map_layers(layer.config, inside))
        return self._plain(layer, path, around)

    def _plain(self, layer: Layer, path: str, around: str) -> Layer:
        if layer.class_name not in CLASSES:
            return layer
        how, config = quantisation(layer.config), layer.config
        if how is None:
            if config.get(_CONFIG) is None or held(_CONFIGURED, self.target):
                return layer
            self._say(path, Verdict.EXACT, f"{_CONFIG} left out: the layer is not quantized")
            return layer.with_config({k: v for k, v in config.items() if k != _CONFIG})
        if self._keeps(how, config):
            return layer
        self._say(path, *self._told(layer, how, around))
        plain = {key: value for key, value in config.items() if key not in _UNUSED}
        return layer.with_config({**plain, "dtype": how.source})

    def _keeps(self, how: Quantisation, config: Mapping[str, Value]) -> bool:
        window = _PACKED_INPUTS if how.packs_inputs else _KEEP.get(how.mode, "keras3 none")
        both = self.keeps and held(window, self.source) and held(window, self.target)
        return both and (is_usual(config) or held(_CONFIGURED, self.target))

    def _told(self, layer: Layer, how: Quantisation, around: str) -> tuple[Verdict, str]:
        """The verdict, and what is done."""
        done = f"the {how.mode} weights are written as the numbers that they stand for"
        if around == "TimeDistributed" and how.mode != "float8" and how.mode not in CALIBRATED:
            return Verdict.APPROXIMATE, (
                f"{done}; inside TimeDistributed {self.source} multiplies by the integers "
                "themselves, so that outputs differ by their scale"
            )
        reverse = any(call.arguments.get("reverse") for call in layer.calls)
        if rounds_inputs(layer.class_name, layer.config, how, reverse=reverse):
            return Verdict.APPROXIMATE, (
                f"{done}; {self.source} also rounds what the layer is given to 8 bits, and outputs "
                "differ by that"
            )
        return Verdict.EQUIVALENT, done

    def _tell_parts(self, layer: Layer) -> None:
        """Of the parts that an attention makes no config says that they are quantized."""
        from keraport.quantised.plain import Dequantise

        paths = {part.name: path for path, part in walk_layer(layer)}
        for weight in layer.weights:
            made = weight.stored
            if not isinstance(made, Transformed) or not isinstance(made.function, Dequantise):
                continue
            owner = "".join(weight.name.split("/")[-3:-2])
            if made.function.is_part:
                mode = made.function.mode
                text = f"the {mode} weights in it are written as the numbers that they stand for"
                if mode not in CALIBRATED:
                    text += (
                        f"; where {self.source} also rounds what it multiplies them with to 8 "
                        "bits, outputs differ by that"
                    )
                verdict = Verdict.EQUIVALENT if mode in CALIBRATED else Verdict.APPROXIMATE
                self._say(paths.get(owner, layer.name), verdict, text)

    def _say(self, path: str, verdict: Verdict, text: str) -> None:
        hint = _BEFORE if verdict is Verdict.APPROXIMATE else ""
        self.journal.note(path, Note(verdict, text, hint, _SOURCE))
