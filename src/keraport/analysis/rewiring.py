"""Graph surgery: a stack of layers as a graph, and several layers in the place of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

from keraport.changes.site import INPUT, Expansion, Refused, Shape
from keraport.errors import DamagedFileError
from keraport.model import Call, Layer, Model, TensorRef, Value
from keraport.model.graph import map_refs


def as_functional(model: Model, shape: Shape = None) -> Model:
    """A Sequential as the same graph of calls.

    Args:
        model: a Sequential.
        shape: of what it is given, where it does not tell that itself; None if unknown.

    Raises:
        Refused: its input shape is not known.
    """
    layers = model.layers
    if layers[0].class_name != "InputLayer":
        layers = (_input_layer(model, shape), *layers)
    wired = [layers[0]]
    for before, layer in pairwise(layers):
        call = Call([output_of(before)])
        wired.append(replace(layer, calls=(call,)))
    return replace(
        model,
        class_name="Functional",
        layers=tuple(wired),
        inputs=[output_of(wired[0])],
        outputs=[output_of(wired[-1])],
        settings={
            key: value for key, value in model.settings.items() if key != "build_input_shape"
        },
    )


def output_of(layer: Layer) -> TensorRef:
    """The first output of a layer's only use; a nested model's own call 0 is not a use."""
    return TensorRef(layer.name, 0 if layer.model is None else 1, 0)


def _input_layer(model: Model, given: Shape) -> Layer:
    first = model.layers[0]
    shape = first.config.get("batch_input_shape", model.settings.get("build_input_shape"))
    if shape is None and given is not None:
        shape = [None, *given[1:]]
    if shape is None:
        raise Refused(
            "a layer in it has to be split into several layers, which needs its input shape",
            hint="give its first layer an input_shape, or call the model once before saving it",
        )
    name = f"{first.name}_input"
    dtype = first.config.get("dtype", "float32")
    config = {"batch_input_shape": shape, "dtype": dtype, "sparse": False, "name": name}
    return Layer(name, "InputLayer", config)


def splice(model: Model, expansions: Mapping[str, Expansion]) -> Model:
    """The model with some layers replaced by several.

    Args:
        model: a graph, no Sequential.
        expansions: by the name of the layer that each replaces; the other layers stay. Their
            names are unique in the model (`with_unique_names`).
    """
    moved = {
        (name, index): ref
        for name, expansion in expansions.items()
        for index, ref in enumerate(expansion.outputs)
    }

    def rewire(ref: TensorRef) -> TensorRef:
        new = moved.get((ref.layer, ref.tensor))
        return ref if new is None else TensorRef(new.layer, ref.node, new.tensor)

    layers: list[Layer] = []
    for layer in model.layers:
        calls = tuple(_rewired(call, rewire) for call in layer.calls)
        if layer.name not in expansions:
            layers.append(replace(layer, calls=calls))
            continue
        for part in expansions[layer.name].layers:
            is_main = part.name == expansions[layer.name].main
            layers.append(
                replace(
                    part,
                    calls=tuple(
                        _instantiate(part.calls[0], node, call, keep_arguments=is_main)
                        for node, call in enumerate(calls)
                    ),
                )
            )
    return replace(
        model,
        layers=tuple(layers),
        inputs=map_refs(model.inputs, rewire),
        outputs=map_refs(model.outputs, rewire),
    )


def with_part(expansion: Expansion, name: str, new: Layer | Expansion) -> Expansion:
    """The expansion with the part of that name replaced by a layer, or by several in turn."""
    (part,) = (item for item in expansion.layers if item.name == name)
    if isinstance(new, Layer):
        new = replace(new, calls=part.calls)
        layers = tuple(new if item is part else item for item in expansion.layers)
        return replace(expansion, layers=layers)
    given = part.calls[0].refs()

    def place(ref: TensorRef) -> TensorRef:
        return given[ref.tensor] if ref.layer == INPUT else ref

    def rewire(ref: TensorRef) -> TensorRef:
        if ref.layer != name:
            return ref
        if ref.tensor >= len(new.outputs):
            raise DamagedFileError(
                f"output {ref.tensor} of {name!r:.120} is read, which makes {len(new.outputs)}",
                hint="the file is damaged: its config contradicts itself",
            )
        return new.outputs[ref.tensor]

    inner = tuple(
        replace(item, calls=tuple(_rewired(call, place) for call in item.calls))
        for item in new.layers
    )
    parts: list[Layer] = []
    for item in expansion.layers:
        calls = tuple(_rewired(call, rewire) for call in item.calls)
        parts += inner if item is part else [replace(item, calls=calls)]
    return Expansion(
        tuple(parts),
        tuple(
            rewire(ref)
            for ref in expansion.outputs
            # Casts stand before layers of any number of outputs.
            if ref.layer != name or ref.tensor < len(new.outputs)
        ),
        main=new.main if expansion.main == name else expansion.main,
        elementwise=expansion.elementwise and new.elementwise,
    )


def with_unique_names(model: Model, expansions: Mapping[str, Expansion]) -> dict[str, Expansion]:
    """The expansions with names that no layer of the model has."""
    taken = {layer.name for layer in model.layers}
    unique: dict[str, Expansion] = {}
    for replaced, expansion in expansions.items():
        names: dict[str, str] = {INPUT: INPUT, replaced: replaced}
        for part in expansion.layers:
            name, count = part.name, 1
            while name in taken and part.name != replaced:
                name, count = f"{part.name}_{count}", count + 1
            taken.add(name)
            names[part.name] = name
        unique[replaced] = _renamed(expansion, names)
    return unique


def _renamed(expansion: Expansion, names: Mapping[str, str]) -> Expansion:
    def rename(ref: TensorRef) -> TensorRef:
        return replace(ref, layer=names[ref.layer])

    return Expansion(
        layers=tuple(
            replace(
                part,
                name=names[part.name],
                config={**part.config, "name": names[part.name]},
                calls=tuple(Call(map_refs(call.inputs, rename)) for call in part.calls),
            )
            for part in expansion.layers
        ),
        outputs=tuple(rename(ref) for ref in expansion.outputs),
        main=names.get(expansion.main, ""),
        elementwise=expansion.elementwise,
    )


def _rewired(call: Call, rewire: Callable[[TensorRef], TensorRef]) -> Call:
    return Call(map_refs(call.inputs, rewire), map_refs(call.arguments, rewire))


def _instantiate(template: Call, node: int, outer: Call, *, keep_arguments: bool) -> Call:
    given = list(outer.refs())

    def place(ref: TensorRef) -> Value:
        if ref.layer == INPUT:
            if ref.tensor >= len(given):
                raise DamagedFileError(
                    f"a layer that needs {ref.tensor + 1} tensors is called with {len(given)}, "
                    f"one of which is an output of {given[0].layer!r:.120}",
                    hint="the file is damaged: its config contradicts itself",
                )
            return given[ref.tensor]
        return TensorRef(ref.layer, node, ref.tensor)

    if keep_arguments and template.inputs == [TensorRef(INPUT, 0, 0)]:
        return outer
    arguments = outer.arguments if keep_arguments else {}
    return Call(map_refs(template.inputs, place), arguments)
