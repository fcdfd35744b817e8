"""Where Keras 2.15 looks for each weight of a layer: the walk of `matching`, told the other way.

Source: ``saving_lib._load_state`` (Keras 2.15).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from keraport import hub
from keraport.errors import UsageError
from keraport.formats.keras_zip.classes import (
    ATTENTION,
    CELLS,
    MADE_OF_PARTS,
    SHARED,
    built_in,
    is_listed,
    spellings,
    variables,
)
from keraport.formats.keras_zip.order import Held
from keraport.formats.keras_zip.quantised import as_stored, place_of
from keraport.formats.limits import shown
from keraport.model import Layer, Model, Weight
from keraport.model.graph import inner_layers
from keraport.records import dataclass

HDF5_INSTEAD: Final = "write HDF5 instead: OUT.h5"
"""The workaround for a target that reads HDF5; whoever knows the target says another one if not."""


def placed(
    model: Model, layers: Sequence[Layer], where: str, hidden: str, *, shares: bool
) -> Iterator[tuple[str, Weight]]:
    """Each weight with the path of its dataset, e.g. ``layers/dense_1/vars/0``.

    Args:
        model: the outermost model.
        layers: its layers as they carry weights, in the order of ``layer.weights``.
        where: the file that they come from, for messages.
        hidden: what the names of attributes begin with that hold layers that a layer makes.
        shares: wrappers have the kernel of what they wrap for one of their own variables, too.

    Raises:
        UsageError: a layer of the user's own that holds layers, or that is nested and whose
            variables cannot be told apart.
    """
    weights = {layer.name: layer.weights for layer in layers}
    for layer, path in _paths(model, ""):
        given = weights.get(layer.name, ())
        _refuse_layers_inside(layer, given, where)
        places = _places(layer, path, len(given), where, hidden)
        if len(places) != len(given):
            raise UsageError(
                f"{where}: layer {shown(layer.name)} ({layer.class_name}) has {len(given)} "
                f"weights, expected {len(places)} for its config",
                hint=HDF5_INSTEAD,
            )
        found = dict(zip(places, given, strict=True))
        found = _with_shared(layer, path, found) if shares else found
        # Parts of a kept layer may share a variable, which is written once.
        yield from dict(
            item for place, weight in found.items() for item in as_stored(place, weight)
        ).items()


def _refuse_layers_inside(layer: Layer, weights: Sequence[Weight], where: str) -> None:
    """Refuse a class of the user's that holds layers: their groups have the names of attributes."""
    if layer.model is not None or hub.row(built_in(layer)) or any(parts(layer, "", "")):
        return
    for weight in weights:
        words = weight.name.split("/")
        inside = words[words.index(layer.name) + 1 : -1] if layer.name in words else []
        if inside:
            raise UsageError(
                f"{where}: {shown(layer.name)} ({layer.class_name}) holds the layer "
                f"{shown(inside[0])}, and the code of the class alone tells where an archive keeps "
                "its weights",
                hint=HDF5_INSTEAD,
            )


def _with_shared(layer: Layer, path: str, found: dict[str, Weight]) -> dict[str, Weight]:
    """The weights with the kernel that a wrapper of Keras 3 has for its own first one as well."""
    if built_in(layer) not in SHARED:
        return found
    own, kernel = f"{path}/vars/", f"{path}/layer/vars/0"
    moved = {
        f"{own}{int(place.removeprefix(own)) + 1}" if place.startswith(own) else place: weight
        for place, weight in found.items()
    }
    return {f"{own}0": found[kernel], **moved} if kernel in found else found


def named_paths(model: Model, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The groups of a model and of its layers at any depth, and what these are called."""
    yield prefix.rstrip("/"), model.name
    for layer, path in _paths(model, prefix):
        if layer.model is not None:
            yield from named_paths(replace(layer.model, name=layer.name), f"{path}/")
        else:
            yield path, layer.name


def _paths(model: Model, prefix: str) -> Iterator[tuple[Layer, str]]:
    """Each layer of a model with the path of its group."""
    layers = [layer for layer in model.layers if is_listed(layer, model)]
    yield from _counted(layers, f"{prefix}layers")


def _counted(layers: Sequence[Layer], prefix: str) -> Iterator[tuple[Layer, str]]:
    used: dict[str, int] = {}
    for layer in layers:
        name = spellings(layer.class_name)[0]
        number = used.get(name, 0)
        used[name] = number + 1
        yield layer, f"{prefix}/{name}_{number}" if number else f"{prefix}/{name}"


def _places(layer: Layer, path: str, count: int, where: str, hidden: str) -> list[str]:
    """Where the weights of an outermost layer lie that has `count`, in their order."""
    held = _held(layer, path, hidden)
    leaves = [item for item in held.walk() if isinstance(item, _Leaf)]
    unknown = [leaf for leaf in leaves if leaf.unknown]
    own = count - sum(len(leaf.own) for leaf in leaves)
    if own > 0 and not _can_be_told(leaves):
        names = ", ".join(sorted({leaf.said for leaf in unknown}))
        raise UsageError(
            f"{where}: {shown(layer.name)} ({layer.class_name}) holds weights of {names}, and "
            "which they are cannot be told",
            hint=HDF5_INSTEAD,
        )
    for leaf in unknown:
        leaf.own = [(f"{leaf.path}/vars/{number}", True) for number in range(own)]
    return list(held.weights())


@dataclass(slots=True)
class _Leaf(Held[str]):
    """An object that is no model.

    Args:
        path: of its group.
        said: what a message calls it.
        unknown: its variables are not known.
    """

    path: str = ""
    said: str = ""
    unknown: bool = False


def _can_be_told(leaves: Sequence[_Leaf]) -> bool:
    """True if the weights that are left over are those of one object, behind all others.

    Whether they are trained is not known: what is not trained comes last.
    """
    holding = [leaf for leaf in leaves if leaf.unknown or leaf.own]
    return (
        bool(holding)
        and holding[-1].unknown
        and all(
            not leaf.unknown and all(trained for _, trained in leaf.own) for leaf in holding[:-1]
        )
    )


def _held(layer: Layer, path: str, hidden: str) -> Held[str]:
    settings = layer.config if layer.model is None else layer.model.settings
    frozen = not settings.get("trainable", True)
    if layer.model is not None:
        inside = [_held(inner, place, hidden) for inner, place in _paths(layer.model, f"{path}/")]
        return Held(parts=inside, frozen=frozen, is_model=True)
    inside = [_held(inner, place, hidden) for inner, place in parts(layer, path, hidden)]
    names = variables(layer)
    return _Leaf(
        own=[
            (place_of(path, number, layer), trained)
            for number, (_, trained) in enumerate(names or ())
        ],
        parts=inside,
        frozen=frozen,
        path=path,
        said=f"{layer.name} ({layer.class_name})",
        unknown=names is None and not inside,
    )


def parts(layer: Layer, path: str, hidden: str) -> Iterator[tuple[Layer, str]]:
    """What a layer holds, in the order of its weights, and where.

    Args:
        layer: its config.
        path: of its group.
        hidden: what the names of attributes begin with that hold layers that a layer makes.
    """
    class_name = built_in(layer)
    if class_name in MADE_OF_PARTS:
        axes = {"bias_axes": True} if layer.config.get("use_bias", True) else {}
        # What has a property without the underscore is found by that (`MultiHeadAttention`).
        mark = hidden if class_name == "MultiHeadAttention" else "_"
        for attribute, name in ATTENTION.items():
            yield Layer(name, "EinsumDense", axes), f"{path}/{mark}{attribute}"
    elif class_name == "Bidirectional":
        forward = layer.config.get("layer")
        backward = layer.config.get("backward_layer") or forward
        for key, inner in (("forward_layer", forward), ("backward_layer", backward)):
            if isinstance(inner, Layer):
                yield inner, f"{path}/{key}"
    elif class_name in CELLS:
        yield Layer("", CELLS[class_name], layer.config), f"{path}/cell"
    else:
        for key in ("cell", "layer"):
            inner = layer.config.get(key)
            if isinstance(inner, Layer):
                yield inner, f"{path}/{key}"
        cells = list(inner_layers(layer.config.get("cells")))
        yield from _counted(cells, f"{path}/cells")
