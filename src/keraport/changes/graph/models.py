"""The class of a model that is a graph of layers."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Subject
from keraport.changes.combinators import RenamedClass, Unchanged
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import keras_file
from keraport.model import Call, Layer, Model, TensorRef, Value
from keraport.model.graph import find_refs, given_to_model, map_refs
from keraport.report import Note, Verdict


@declared
class StructuredTensors(Unchanged):
    """Models take and give dicts and nested lists of tensors; older ones know flat lists.

    The order is that of ``tf.nest.flatten``: dicts by their sorted keys.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Call a nested model with a flat list in the order of its inputs."""
        if not isinstance(subject, Layer) or subject.model is None:
            return subject
        model = subject.model
        calls = tuple(
            replace(call, inputs=list(given_to_model(call, model))) for call in subject.calls
        )
        return replace(subject, calls=calls)

    def model_to_release(self, model: Model, site: Site) -> Model:
        """Flat lists, for the model and for the calls of models in it."""
        if model.is_sequential:
            return model
        layers = tuple(
            replace(layer, calls=tuple(replace(c, inputs=_flat(c.inputs)) for c in layer.calls))
            if layer.model is not None
            else layer
            for layer in model.layers
        )
        for what, refs in (("takes", model.inputs), ("returns", model.outputs)):
            if _flat(refs) != refs:
                names = ", ".join(ref.layer for ref in _flat(refs))
                site.note(Verdict.EXACT, f"{what} a flat list in the order {names}")
        return replace(
            model, layers=layers, inputs=_flat(model.inputs), outputs=_flat(model.outputs)
        )


@declared
class InputsAsOutputs(Unchanged):
    """A model may return what it was given; older ones cannot fetch what they feed."""

    alters_meaning = True

    def model_to_release(self, model: Model, site: Site) -> Model:
        """Put a layer that does nothing between such an input and the output."""
        if model.is_sequential:
            return model
        entries = {layer.name for layer in model.layers if layer.class_name == "InputLayer"}
        taken = {layer.name for layer in model.layers}
        added: dict[str, Layer] = {}
        for ref in find_refs(model.outputs):
            if ref.layer in entries and ref.layer not in added:
                name = f"{ref.layer}_output"
                while name in taken:
                    name = f"{name}_"
                taken.add(name)
                config = {"name": name, "trainable": True, "activation": "linear"}
                added[ref.layer] = Layer(name, "Activation", config, (Call([ref]),))
                site.note(
                    Verdict.EXACT,
                    f"output {ref.layer}, an input, passes through {name}, which does nothing",
                )
        if not added:
            return model

        def redirect(ref: TensorRef) -> TensorRef:
            return replace(ref, layer=added[ref.layer].name) if ref.layer in added else ref

        layers = (*model.layers, *added.values())
        return replace(model, layers=layers, outputs=map_refs(model.outputs, redirect))


@declared
class KeepsInputLayer(Unchanged):
    """A Sequential writes its InputLayer.

    Older ones leave it out when they save, and the input's shape with it, unless the layer behind
    knows the shape as well; such a file opens nowhere.
    """

    alters_meaning = True

    def model_to_release(self, model: Model, site: Site) -> Model:
        """Tell the shape to the layer behind too."""
        if not model.is_sequential or len(model.layers) < 2:
            return model
        entry, first, *rest = model.layers
        shape = entry.config.get("batch_input_shape")
        if entry.class_name != "InputLayer" or first.model is not None or shape is None:
            return model
        if "batch_input_shape" in first.config:
            return model
        told = first.with_config({**first.config, "batch_input_shape": shape})
        site.journal.note(
            f"{site.prefix}{first.name}",
            Note(
                Verdict.EXACT,
                f"batch_input_shape={shape!r} added: {site.target} drops the InputLayer when it "
                "saves the model again",
            ),
        )
        return replace(model, layers=(entry, told, *rest))


@declared
class BuildsLater(Unchanged):
    """A Sequential without an input is built by the shape that its config keeps, and compiled then.

    Older ones build it as a model without a graph, which cannot be compiled.
    """

    alters_meaning = True

    def model_to_release(self, model: Model, site: Site) -> Model:
        """Tell the shape to the first layer, or to that of the stack that stands first."""
        shape = model.settings.get("build_input_shape")
        if not model.is_sequential or not isinstance(shape, list) or not model.layers:
            return model
        return _told(model, shape, site) or model


def _told(model: Model, shape: list[Value], site: Site) -> Model | None:
    """The stack with its input shape in the first layer; None if it says one itself."""
    first, *rest = model.layers
    if first.model is not None:
        inner = _told(first.model, shape, site) if first.model.is_sequential else None
        return inner and replace(model, layers=(replace(first, model=inner), *rest))
    if first.class_name == "InputLayer" or "batch_input_shape" in first.config:
        return None
    site.note(
        Verdict.EXACT,
        f"batch_input_shape={shape!r} added to {first.name}: {site.target} cannot compile a "
        "Sequential that is built later",
    )
    told = first.with_config({**first.config, "batch_input_shape": shape})
    return replace(model, layers=(told, *rest))


def _flat(structure: Value) -> list[TensorRef]:
    if isinstance(structure, TensorRef):
        return [structure]
    if isinstance(structure, dict):
        return [ref for key in sorted(structure) for ref in _flat(structure[key])]
    return [ref for item in structure for ref in _flat(item)]


CHANGES = (
    Change(
        Kind.LAYER,
        ("Functional",),
        key="input_layers",
        held="tf 2.3.., keras3 3.4..",
        source=keras_file("2.3.0", "engine/functional.py"),
        effect=StructuredTensors("flat lists stay what they are"),
    ),
    Change(
        Kind.LAYER,
        ("Sequential",),
        key="InputLayer",
        held="tf 2.3..",
        source=keras_file("1.12.0", "engine/sequential.py"),
        effect=KeepsInputLayer("with the shape in both places it is the same model"),
    ),
    Change(
        Kind.LAYER,
        ("Sequential",),
        key="build_input_shape",
        held="tf 1.13..",
        source=keras_file("1.12.0", "engine/sequential.py"),
        effect=BuildsLater("a stack that says its input shape is built with it"),
    ),
    Change(
        Kind.LAYER,
        ("Functional",),
        key="output_layers",
        held="tf 2.0.., keras2 2.0..2.0",
        source=keras_file("1.12.0", "engine/training_arrays.py"),
        effect=InputsAsOutputs("other outputs stay what they are"),
    ),
    Change(
        Kind.LAYER,
        ("Functional",),
        held="tf 2.3..",
        source=keras_file("2.3.0", "engine/functional.py"),
        effect=RenamedClass(other="Model"),
    ),
)
