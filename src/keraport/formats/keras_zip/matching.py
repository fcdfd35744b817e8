"""Which variables of a ``.weights.h5`` file belong to which layer.

Keras saves the layers of a model as ``layers/<class>``, ``layers/<class>_1``, ... in the order of
``model.layers``, which is that of the config; so the same walk over the config gives the same names
(``saving_lib._save_container_state``). Nothing is matched by likeness: every variable in the file
has to find its layer, and every count has to be the one that the layer's config asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from keraport.errors import DamagedFileError, ForeignFileError
from keraport.formats.keras_zip.classes import (
    ATTENTION,
    CELLS,
    MADE_OF_PARTS,
    SHARED,
    STATE,
    built_in,
    inner_name,
    is_listed,
    spellings,
    variables,
)
from keraport.formats.keras_zip.order import Held
from keraport.formats.keras_zip.quantised import how_quantised, part_as_stored, plain_of
from keraport.formats.keras_zip.tree import Node
from keraport.formats.limits import shown
from keraport.model import Layer, Model, Weight, WeightGroup
from keraport.model.graph import inner_layers

CONTAINERS = ("layers", "_layer_checkpoint_dependencies")
"""Under which name a model's layers stand: Keras 2.14 and later; Keras 2.12 and 2.13."""

OPTIMIZER = "optimizer"
"""Where the variables of the optimizer are."""

Found = tuple[Weight, bool]
"""A weight, and whether it is trained."""

_SHOWN = 12


def match(model: Model, root: Node, where: str) -> tuple[WeightGroup, ...]:
    """The weights of each outermost layer in the order of ``layer.weights``.

    Args:
        model: the architecture.
        root: the file.
        where: the file, for messages.

    Raises:
        DamagedFileError: the file holds other layers than the model; both are listed.
        ForeignFileError: variables outside of layers, or of a layer whose parts are not known.
    """
    if root.variables:
        raise ForeignFileError(
            f"{where}: the model has weights outside of its layers, which are not read yet",
            hint="put them into a layer, and save the model again",
        )
    groups = tuple(
        WeightGroup(layer.name, tuple(_layer(layer, node, layer.name, where).weights()))
        for layer, node in _pairs(model, root, where)
    )
    rest = [
        node.path
        for name, child in root.children.items()
        if name not in (*CONTAINERS, *STATE, OPTIMIZER)
        for node in child.walk()
        if node.variables
    ]
    if rest:
        raise ForeignFileError(
            f"{where}: {_list(rest)} belong to no layer of the model's config",
            hint="a subclassed model holds layers that its config does not list: rebuild it, then "
            "load its weights",
        )
    return groups


def _pairs(model: Model, node: Node, where: str) -> list[tuple[Layer, Node]]:
    """Each layer of a model with what the file has of it; layers without anything get a bare node.

    The model itself may be in `node`, as it is for nested models.
    """
    name = next((name for name in CONTAINERS if name in node.children), CONTAINERS[0])
    container = node.children.get(name, Node(f"{node.path}/{name}".lstrip("/")))
    layers = [layer for layer in model.layers if is_listed(layer, model)]
    # By what holds anything: what layers without variables would be called does not matter.
    tries: dict[tuple[tuple[int, str], ...], list[tuple[Layer, Node]]] = {}
    for spelling in (0, -1):
        for twice in (True, False) if name == CONTAINERS[1] else (False,):
            pairs = _named(layers, container, spelling, twice)
            if pairs is not None:
                held = ((at, n.path) for at, (_, n) in enumerate(pairs) if n.holds_variables)
                tries.setdefault(tuple(held), pairs)
    if not tries and (called := _called(layers, container)) is not None:
        return called
    if len(tries) != 1:
        expected = [f"{layer.name} ({layer.class_name})" for layer in layers]
        found = [item.path for item in container.children.values() if item.holds_variables]
        raise DamagedFileError(
            f"{where}: the variables of {_list(found)} do not fit the layers {_list(expected)} "
            "of the config one to one",
            hint="give the weights that belong to this architecture",
        )
    return next(iter(tries.values()))


def _named(
    layers: Sequence[Layer], container: Node, spelling: int, twice: bool
) -> list[tuple[Layer, Node]] | None:
    """The layers with the groups that the walk of Keras gives them; None if these are others.

    Args:
        layers: in order.
        container: their groups.
        spelling: which of the spellings of a class.
        twice: layers with weights stand twice in the container, and count twice.
    """
    used: dict[str, int] = {}
    pairs = []
    for layer in layers:
        name = spellings(layer.class_name)[spelling]
        number = used.get(name, 0)
        key = f"{name}_{number}" if number else name
        node = container.children.get(key)
        # What has no variables may be called otherwise: an Input is, in each line of releases.
        if node is not None and node.holds_variables and node.name not in ("", layer.name):
            return None
        pairs.append((layer, node or Node(f"{container.path}/{key}")))
        used[name] = number + (2 if twice and node is not None and node.holds_variables else 1)
    met = {node.path for _, node in pairs}
    if any(n.holds_variables and n.path not in met for n in container.children.values()):
        return None
    return pairs


def _called(layers: Sequence[Layer], container: Node) -> list[tuple[Layer, Node]] | None:
    """The layers with the groups that say their names; None if one does not, or of another class.

    A graph whose config has layers in another order than its loader puts them in has groups that
    are counted in the latter.

    Args:
        layers: in the order of the config.
        container: their groups.
    """
    holding = [node for node in container.children.values() if node.holds_variables]
    names = {node.name: node for node in holding}
    if "" in names or len(names) != len(holding) or not names.keys() <= {x.name for x in layers}:
        return None
    pairs = [
        (layer, names.get(layer.name, Node(f"{container.path}/{layer.name}"))) for layer in layers
    ]
    for layer, node in pairs:
        group = re.sub(r"_\d+$", "", node.path.rpartition("/")[2])
        if node.holds_variables and group not in spellings(layer.class_name):
            return None
    return pairs


def _layer(layer: Layer, node: Node, prefix: str, where: str) -> Held[Weight]:
    """All weights of a layer, and of what it holds.

    Args:
        layer: its config.
        node: its group.
        prefix: what stands before the names of its variables.
        where: the file, for messages.
    """
    found = _own(layer, node, prefix, where)
    held = Held(found, frozen=not _trainable(layer), is_model=layer.model is not None)
    if layer.model is not None:
        for inner, child in _pairs(layer.model, node, where):
            held.parts.append(_layer(inner, child, inner.name, where))
        return held
    parts = list(_parts(layer, node, prefix))
    met = {child.path for _, child, _ in parts}
    unknown = [
        child
        for name, child in node.children.items()
        if name not in STATE
        and child.holds_variables
        and not any(path == child.path or path.startswith(f"{child.path}/") for path in met)
    ]
    if unknown and (found or parts or len(unknown) > 1 or _branches(unknown[0])):
        raise ForeignFileError(
            f"{where}: layer {shown(layer.name)} ({layer.class_name}) holds "
            f"{_list([child.path for child in unknown])}, whose order is not known",
            hint='save the model as .h5 in the release that wrote it: model.save("model.h5")',
        )
    for inner, child, name in parts:
        held.parts.append(_layer(inner, child, name, where))
    for child in unknown:
        chain = [inner for inner in child.walk() if inner.variables]
        found += [(_named_weight(w, prefix, w.name), True) for w in chain[0].variables]
    return held


def _trainable(layer: Layer) -> bool:
    settings = layer.config if layer.model is None else layer.model.settings
    return bool(settings.get("trainable", True))


def _branches(node: Node) -> bool:
    return sum(bool(inner.variables) for inner in node.walk()) > 1


def _own(layer: Layer, node: Node, prefix: str, where: str) -> list[Found]:
    how = how_quantised(layer)
    if how is not None and node.variables:
        plain = plain_of(layer, how, node.variables, where)
        return [(_named_weight(weight, prefix, weight.name), True) for weight in plain]
    names = variables(layer)
    if names is None:
        return [(_named_weight(w, prefix, f"variable_{w.name}"), True) for w in node.variables]
    if built_in(layer) in SHARED and len(node.variables) == len(names) + 1:
        node = replace(node, numbered=dict(enumerate(node.variables[1:])))
    if len(names) != len(node.variables) and (node.variables or _must_hold(layer, node)):
        raise DamagedFileError(
            f"{where}: layer {shown(layer.name)} ({layer.class_name}) has {len(node.variables)} "
            f"variables in {shown(node.path)}, expected {_list([name for name, _ in names])}",
            hint="give the weights that belong to this architecture",
        )
    return [
        (_named_weight(weight, prefix, name), trained)
        for weight, (name, trained) in zip(node.variables, names, strict=False)
    ]


def _must_hold(layer: Layer, node: Node) -> bool:
    """Whether variables are missing; a wrapper's inner layer may never have been built."""
    return bool(node.children) and not node.holds_variables and bool(layer.calls)


def _named_weight(weight: Weight, prefix: str, name: str) -> Weight:
    return replace(weight, name=f"{prefix}/{name}:0")


def _parts(layer: Layer, node: Node, prefix: str) -> Iterator[tuple[Layer, Node, str]]:
    """What a layer holds, in the order of its weights: config, group, prefix of the names."""
    class_name = built_in(layer)
    if class_name in MADE_OF_PARTS:
        for attribute, name in ATTENTION.items():
            child = node.children.get(attribute) or node.children.get(f"_{attribute}")
            if child is not None:
                axes = {"bias_axes": True} if layer.config.get("use_bias", True) else {}
                made = Layer(name, "EinsumDense", {"name": name, **axes})
                yield part_as_stored(made, layer, child.variables), child, f"{prefix}/{name}"
        return
    if class_name == "Bidirectional":
        yield from _directions(layer, node, prefix)
        return
    if class_name in CELLS:
        if "cell" in node.children:
            cell = Layer("", CELLS[class_name], {**layer.config, "name": None})
            # Keras 2 names the variables of convolutional cells after the layer alone.
            between = "" if "Conv" in class_name else f"/{spellings(cell.class_name)[0]}"
            yield cell, node.children["cell"], f"{prefix}{between}"
        return
    inner = layer.config.get("cell") or layer.config.get("layer")
    key = "cell" if "cell" in layer.config else "layer"
    if isinstance(inner, Layer) and key in node.children:
        name = f"{prefix}/{inner_name(inner, inner.class_name)}" if key == "cell" else prefix
        yield inner, node.children[key], name
    cells = list(inner_layers(layer.config.get("cells")))
    if cells and "cells" in node.children:
        pairs = _named(cells, node.children["cells"], 0, twice=False) or []
        for cell, child in pairs:
            yield cell, child, f"{prefix}/{inner_name(cell, cell.class_name)}"


def _directions(layer: Layer, node: Node, prefix: str) -> Iterator[tuple[Layer, Node, str]]:
    forward = layer.config.get("layer")
    backward = layer.config.get("backward_layer") or forward
    for key, inner in (("forward", forward), ("backward", backward)):
        child = node.children.get(f"{key}_layer")
        if isinstance(inner, Layer) and child is not None:
            name = inner_name(inner, inner.class_name)
            yield inner, child, f"{prefix}/{key}_{name.removeprefix('backward_')}"


def _list(names: Sequence[str]) -> str:
    listed = ", ".join(shown(name) for name in names[:_SHOWN]) or "nothing"
    return listed if len(names) <= _SHOWN else f"{listed} and {len(names) - _SHOWN} more"
