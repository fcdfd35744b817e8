"""Inputs that have no dimension beside the batch."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import Unchanged
from keraport.changes.declared import declared
from keraport.changes.site import Site
from keraport.changes.sources import keras_file
from keraport.model import Call, Config, Layer, Model, TensorRef
from keraport.model.graph import map_refs
from keraport.report import Note, Verdict


@declared
class ScalarInputs(Unchanged):
    """A model may take a number for each sample: arrays of one dimension.

    Older ones give every array that they are fed a second dimension of one element
    (``standardize_input_data``), so the input has to have it, and a layer behind takes it away.
    Nested models are called with tensors, to which nothing is added.
    """

    alters_meaning = True

    def model_to_release(self, model: Model, site: Site) -> Model:
        """Put a Reshape behind each such input of the outermost model."""
        scalars = [layer for layer in model.layers if _is_scalar(layer)]
        if site.prefix or not scalars:
            return model
        flat: dict[str, Layer] = {}
        taken = {layer.name for layer in model.layers}
        for entry in scalars:
            name = f"{entry.name}_scalar"
            while name in taken:
                name = f"{name}_"
            taken.add(name)
            config: Config = {
                "name": name,
                "trainable": True,
                "dtype": entry.config.get("dtype"),
                "target_shape": [],
            }
            calls = () if model.is_sequential else (Call([TensorRef(entry.name, 0, 0)]),)
            flat[entry.name] = Layer(name, "Reshape", config, calls)
            site.journal.note(
                entry.name,
                Note(
                    Verdict.EXACT,
                    f"takes shape (batch, 1), which {site.target} makes of an array of numbers, "
                    f"and {name} takes the 1 away",
                ),
            )
        return _with(model, flat)


def _is_scalar(layer: Layer) -> bool:
    shape = layer.config.get("batch_input_shape")
    return layer.class_name == "InputLayer" and isinstance(shape, list) and len(shape) == 1


def _with(model: Model, flat: dict[str, Layer]) -> Model:
    def rewire(ref: TensorRef) -> TensorRef:
        return replace(ref, layer=flat[ref.layer].name) if ref.layer in flat else ref

    layers: list[Layer] = []
    for layer in model.layers:
        calls = tuple(
            Call(map_refs(call.inputs, rewire), map_refs(call.arguments, rewire))
            for call in layer.calls
        )
        layer = replace(layer, calls=calls)
        if layer.name in flat:
            shape = [*layer.config["batch_input_shape"], 1]
            layers += [
                layer.with_config({**layer.config, "batch_input_shape": shape}),
                flat[layer.name],
            ]
        else:
            layers.append(layer)
    outputs = model.outputs if model.is_sequential else map_refs(model.outputs, rewire)
    return replace(model, layers=tuple(layers), outputs=outputs)


CHANGES = (
    Change(
        Kind.LAYER,
        ("InputLayer",),
        key="batch_input_shape",
        held="tf 2.3..",
        source=keras_file("1.12.0", "engine/training_utils.py"),
        effect=ScalarInputs("an input with more dimensions is fed as it is"),
    ),
)
