"""Where Keras 2.15 looks for each weight of a layer: the walk of `matching`, told the other way.

Source: ``saving_lib._load_state`` (Keras 2.15).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from keraport.errors import UsageError
from keraport.formats.keras_zip.classes import (
    ATTENTION,
    CELLS,
    built_in,
    is_listed,
    spellings,
    variables,
)
from keraport.formats.limits import shown
from keraport.model import Layer, Model, Weight
from keraport.model.graph import inner_layers

Slot = tuple[str, bool]
"""The path of a variable without its number, and whether it is trained."""


def placed(
    model: Model, layers: Sequence[Layer], where: str, hidden: str
) -> Iterator[tuple[str, Weight]]:
    """Each weight with the path of its dataset, e.g. ``layers/dense_1/vars/0``.

    Args:
        model: the outermost model.
        layers: its layers as they carry weights, in the order of ``layer.weights``.
        where: the file that they come from, for messages.
        hidden: what the names of attributes begin with that hold layers that a layer makes.

    Raises:
        UsageError: a nested layer of the user's own whose variables cannot be told apart.
    """
    weights = {layer.name: layer.weights for layer in layers}
    for layer, path in _paths(model, ""):
        given = weights.get(layer.name, ())
        slots = _slots(layer, path, len(given), where, hidden)
        ordered = [*(s for s in slots if s[1]), *(s for s in slots if not s[1])]
        if len(ordered) != len(given):
            raise UsageError(
                f"{where}: layer {shown(layer.name)} ({layer.class_name}) has {len(given)} "
                f"weights, expected {len(ordered)} for its config",
                hint="write HDF5 instead: OUT.h5",
            )
        numbered = _numbered(slots)
        places = [*(n for n, s in zip(numbered, slots, strict=True) if s[1]),
                  *(n for n, s in zip(numbered, slots, strict=True) if not s[1])]  # fmt: skip
        yield from zip(places, given, strict=True)


def named_paths(model: Model, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The groups of a model and of its layers at any depth, and what these are called."""
    yield prefix.rstrip("/"), model.name
    for layer, path in _paths(model, prefix):
        if layer.model is not None:
            yield from named_paths(replace(layer.model, name=layer.name), f"{path}/")
        else:
            yield path, layer.name


def _numbered(slots: Sequence[Slot]) -> list[str]:
    """Variables of one path are numbered; those that are trained come first in `slots`."""
    used: dict[str, int] = {}
    found = []
    for path, _ in slots:
        found.append(f"{path}/vars/{used.get(path, 0)}")
        used[path] = used.get(path, 0) + 1
    return found


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


def _slots(layer: Layer, path: str, count: int, where: str, hidden: str) -> list[Slot]:
    """The slots of an outermost layer that has `count` weights."""
    leaves = list(_leaves(layer, path, hidden, frozen=False))
    known = sum(len(names) for _, _, names, _ in leaves if names is not None)
    unknown = [leaf for leaf, _, names, _ in leaves if names is None]
    own = count - known
    if own > 0 and not _can_be_told(leaves):
        names = ", ".join(sorted({f"{leaf.name} ({leaf.class_name})" for leaf in unknown}))
        raise UsageError(
            f"{where}: {shown(layer.name)} ({layer.class_name}) holds weights of {names}, and "
            "which they are cannot be told",
            hint="write HDF5 instead: OUT.h5",
        )
    slots: list[Slot] = []
    for _, place, variables_of, frozen in leaves:
        if variables_of is None:
            slots += [(place, not frozen)] * own
        else:
            slots += [(place, trained and not frozen) for _, trained in variables_of]
    return slots


def _can_be_told(leaves: Sequence[Leaf]) -> bool:
    """True if the weights that are left over are those of one object, behind all others.

    Whether they are trained is not known: what is not trained comes last.
    """
    with_weights = [names for _, _, names, _ in leaves if names is None or names]
    return with_weights[-1:] == [None] and all(
        names is not None and all(trained for _, trained in names) for names in with_weights[:-1]
    )


Leaf = tuple[Layer, str, Sequence[tuple[str, bool]] | None, bool]
"""An object, its path, its variables where they are known, and whether it is frozen."""


def _leaves(layer: Layer, path: str, hidden: str, *, frozen: bool) -> Iterator[Leaf]:
    settings = layer.config if layer.model is None else layer.model.settings
    frozen = frozen or not settings.get("trainable", True)
    if layer.model is not None:
        for inner, place in _paths(layer.model, f"{path}/"):
            yield from _leaves(inner, place, hidden, frozen=frozen)
        return
    parts = list(_parts(layer, path, hidden))
    own = variables(layer)
    if parts and own is None:
        own = []
    yield layer, path, own, frozen
    for inner, place in parts:
        yield from _leaves(inner, place, hidden, frozen=frozen)


def _parts(layer: Layer, path: str, hidden: str) -> Iterator[tuple[Layer, str]]:
    class_name = built_in(layer)
    if class_name == "MultiHeadAttention":
        axes = {"bias_axes": True} if layer.config.get("use_bias", True) else {}
        for attribute, name in ATTENTION.items():
            yield Layer(name, "EinsumDense", axes), f"{path}/{hidden}{attribute}"
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
