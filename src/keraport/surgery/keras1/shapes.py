"""What of a model of Keras 1 can only be told once the shapes of its tensors are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from keraport.analysis.shapes.infer import CallShapes, infer_shapes
from keraport.changes.sources import own_keras_file
from keraport.model import Call, Layer, Model, TensorRef
from keraport.model.graph import walk
from keraport.report import Journal, Note, Verdict, brief

_MERGE: Final = own_keras_file("1.2.2", "engine/topology.py")
_TRANSPOSED: Final = own_keras_file("1.2.2", "layers/convolutional.py")
_HINT: Final = "load the file in Keras 1, rebuild the layer there, and save the model again"


def with_known_shapes(old: Model, model: Model, own: frozenset[str], journal: Journal) -> Model:
    """The model with its cosines written out.

    Args:
        old: as Keras 1 wrote it.
        model: in the words of Keras 2, but for cosines, which are called ``Cosine``.
        own: names of classes of the user's own.
        journal: takes the refusals.
    """
    shapes = infer_shapes(model, own)
    for path, layer in walk(old):
        if layer.class_name == "Deconvolution2D" and (text := _gives_another(layer, shapes, path)):
            journal.note(path, Note(Verdict.REFUSED, text, _HINT, _TRANSPOSED))
    return _with_cosines(model, "", shapes, journal)


def _gives_another(layer: Layer, shapes: Mapping[str, tuple[CallShapes, ...]], path: str) -> str:
    """Why the shape that a transposed convolution gives in Keras 1 is none that Keras 2 gives."""
    stated = layer.config.get("output_shape")
    wanted = list(stated)[1:] if isinstance(stated, list) else None
    for call in shapes.get(path, ()):
        given = call.outputs[0]
        if wanted is not None and given is not None and list(given[1:]) == wanted:
            continue
        found = "not known" if given is None else brief(list(given[1:]))
        return f"output_shape={brief(stated)}: what follows from the input of the layer is {found}"
    return ""


def _with_cosines(
    model: Model, prefix: str, shapes: Mapping[str, tuple[CallShapes, ...]], journal: Journal
) -> Model:
    layers: list[Layer] = []
    for layer in model.layers:
        path = f"{prefix}{layer.name}"
        if layer.model is not None:
            inner = _with_cosines(layer.model, f"{path}/", shapes, journal)
            layers.append(replace(layer, model=inner))
        elif layer.class_name == "Cosine":
            layers += _cosine(layer, path, shapes.get(path, ()), journal)
        else:
            layers.append(layer)
    return replace(model, layers=tuple(layers))


def _cosine(
    layer: Layer, path: str, calls: tuple[CallShapes, ...], journal: Journal
) -> Iterator[Layer]:
    """Dot of normalised vectors, with the axis that Keras 1 adds."""
    given = [shape for call in calls for shape in call.inputs]
    if not given or any(shape is None or len(shape) != 2 for shape in given):
        text = "mode='cos' of tensors that are not known to be vectors: Keras 2 divides differently"
        journal.note(path, Note(Verdict.REFUSED, text, _HINT, _MERGE))
        yield layer
        return
    text = "Merge(mode='cos') is Dot(normalize=True), and a Reshape for the axis that it adds"
    journal.note(path, Note(Verdict.EQUIVALENT, text, source=_MERGE))
    name = f"{layer.name}_dot"
    config = {"name": name, "trainable": True, "axes": layer.config["axes"], "normalize": True}
    yield replace(layer, name=name, class_name="Dot", config=config)
    config = {"name": layer.name, "trainable": True, "target_shape": [1, 1]}
    calls_of_it = tuple(Call([TensorRef(name, place, 0)]) for place in range(len(layer.calls)))
    yield Layer(layer.name, "Reshape", config, calls_of_it)
