"""Several layers in the place of one that stands inside a wrapper."""

from __future__ import annotations

from dataclasses import replace

from keraport.analysis.dtypes import dtypes_of_inputs
from keraport.analysis.rewiring import as_functional, splice, with_unique_names
from keraport.changes.graph.nested_models import MasksEnterModels
from keraport.changes.layers.dtype_rules import UNKNOWN, cast_by
from keraport.changes.layers.masks import DROPS
from keraport.changes.site import INPUT, Expansion, Refused, Shape, Site
from keraport.model import Call, Config, Layer, Model, TensorRef
from keraport.model.graph import inner_layers, map_refs
from keraport.report import Verdict
from keraport.translate.rewriting import Rewriting

_TIME = "TimeDistributed"
_HINT = "take the layer out of its wrapper"


def as_one_layer(inner: Layer, expansion: Expansion, rewriting: Rewriting, site: Site) -> Layer:
    """Several layers as one that a wrapper can hold: a nested model of them.

    Args:
        inner: the wrapped layer; in the model as well as outside the last of them has its name.
        expansion: what it has to become.
        rewriting: is told where its weights moved to.
        site: of `inner`.

    Raises:
        Refused: the wrapper takes no models, or the shape of what it is given is not known.
    """
    wrapper = site.wrapper.class_name if site.wrapper is not None else ""
    text = f"{inner.class_name} has to be split into several layers, which {wrapper} cannot hold"
    if wrapper != _TIME or len(expansion.outputs) != 1:
        raise Refused(text, hint=_HINT)
    if any(part.weights for part in expansion.layers):
        raise Refused(f"{text}: they would need weights that the file does not have", hint=_HINT)
    entry = entry_of(inner, shape_given(rewriting, site.path))
    called = replace(inner, calls=(Call([TensorRef(entry.name, 0, 0)]),))
    name = inner.name or inner.class_name
    outputs = [TensorRef(name, 0, 0)]
    model = Model(name, "Functional", (entry, called), [TensorRef(entry.name, 0, 0)], outputs)
    (unique,) = with_unique_names(model, {inner.name: expansion}).values()
    if unique.main:
        rewriting.moved[site.path] = f"{site.path}/{unique.main}"
    site.note(Verdict.EXACT, f"several layers in {wrapper} are a model in it")
    layer = Layer(name, model.class_name, {}, model=splice(model, {inner.name: unique}))
    return with_masks_let_in(layer, rewriting, site)


def entry_of(layer: Layer, shape: Shape) -> Layer:
    """An InputLayer for what a layer is given.

    Raises:
        Refused: its shape is not known.
    """
    if shape is None:
        text = "it has to be split into several layers, which needs its input shape"
        raise Refused(text, hint="give the model's first layer an input_shape")
    name = f"{layer.name or layer.class_name}_input"
    dtype = layer.config.get("dtype")
    config = {
        "batch_input_shape": [None, *shape[1:]],
        "dtype": dtype if isinstance(dtype, str) else "float32",
        "sparse": False,
        "name": name,
    }
    return Layer(name, "InputLayer", config)


def shape_given(rewriting: Rewriting, path: str) -> Shape:
    """The shape of what all calls of a layer are given, with None where they differ."""
    shapes = [call.inputs[0] if call.inputs else None for call in rewriting.shapes.get(path, ())]
    merged = shapes[0] if shapes else None
    for shape in shapes[1:]:
        if shape is None or merged is None or len(shape) != len(merged):
            return None
        merged = tuple(
            one if one == other else None for one, other in zip(merged, shape, strict=True)
        )
    return merged


def with_masks_let_in(layer: Layer, rewriting: Rewriting, site: Site) -> Layer:
    """A wrapped model whose inputs take masks, if one reaches it and the target's do not.

    Raises:
        Refused: no companion is wanted, or its input shape is not known.
    """
    change = next(iter(rewriting.steps.undone(MasksEnterModels)), None)
    if change is None or layer.model is None or not site.masked:
        return layer
    model = layer.model
    if model.is_sequential:
        first = model.layers[0]
        shape = shape_given(rewriting, f"{site.path}/{first.name}")
        model = as_functional(model, shape)
    name = MasksEnterModels.companion
    site.companion(name)
    site.note(
        Verdict.EXACT,
        f"{name} of the companion lets the mask into it, which InputLayer of {site.target} "
        "does not",
        source=change.source,
    )
    entries = tuple(
        replace(part, class_name=name) if part.class_name == "InputLayer" else part
        for part in model.layers
    )
    model = replace(model, layers=entries)
    if _is_cast_of_its_input(rewriting, site):
        site.companion(DROPS)
        site.note(
            Verdict.EXACT, f"{DROPS} behind that: its input casts, and loses the mask in the source"
        )
        model = _without_masks(model, name)
    return replace(layer, class_name=model.class_name, model=model)


def _without_masks(model: Model, entry_class: str) -> Model:
    """A graph with a layer behind each of its inputs that drops the mask."""
    taken = {layer.name for layer in model.layers}
    names: dict[str, str] = {}
    for entry in (layer.name for layer in model.layers if layer.class_name == entry_class):
        names[entry] = f"{entry}_without_mask"
        while names[entry] in taken:
            names[entry] += "_"

    def rewired(ref: TensorRef) -> TensorRef:
        return TensorRef(names[ref.layer], 0, 0) if ref.layer in names else ref

    layers: list[Layer] = []
    for layer in model.layers:
        calls = tuple(Call(map_refs(c.inputs, rewired), c.arguments) for c in layer.calls)
        layers.append(replace(layer, calls=calls))
        if layer.name in names:
            dtype = layer.config.get("dtype")
            config: Config = {"name": names[layer.name], "trainable": True, "dtype": dtype}
            behind = Call([TensorRef(layer.name, 0, 0)])
            layers.append(Layer(names[layer.name], DROPS, config, (behind,)))
    return replace(model, layers=tuple(layers), outputs=map_refs(model.outputs, rewired))


def _is_cast_of_its_input(rewriting: Rewriting, site: Site) -> bool:
    """True if a wrapped model casts what its wrapper gives it.

    Raises:
        Refused: it does at some calls of the wrapper.
    """
    if site.wrapper is None:
        return False
    models = [inner.model for inner in inner_layers(site.wrapper.config)]
    wanted = {
        dtype for model in models if model is not None for dtype in dtypes_of_inputs(model)[:1]
    }
    calls = rewriting.dtypes.get(site.path.rpartition("/")[0], ())
    given = {cast_by(site.wrapper, call.inputs[0]) for call in calls if call.inputs}
    if not wanted or not given or wanted == {""} or UNKNOWN in given or given == wanted:
        return False
    if wanted & given:
        raise Refused(
            f"a mask reaches it, which {site.source} loses where its input casts, and not all of "
            "its calls are in one dtype",
            hint="use a separate layer for each call",
        )
    return True


def behind_wrapper(wrapper: Layer, inner: Layer, expansion: Expansion) -> Expansion:
    """The wrapper around the layer with the weights, and the elementwise rest behind it."""

    def moved(name: str) -> str:
        return f"{wrapper.name}{name.removeprefix(inner.name)}"

    def rename(ref: TensorRef) -> TensorRef:
        return ref if ref.layer == INPUT else replace(ref, layer=moved(ref.layer))

    parts: list[Layer] = []
    for part in expansion.layers:
        calls = tuple(Call(map_refs(call.inputs, rename)) for call in part.calls)
        named = wrapper if part.name == expansion.main else part
        name = moved(part.name)
        config = {**named.config, "name": name}
        parts.append(replace(named, name=name, config=config, calls=calls))
    outputs = tuple(rename(ref) for ref in expansion.outputs)
    main = moved(expansion.main) if expansion.main else ""
    return Expansion(tuple(parts), outputs, main, elementwise=True)
