"""The linear layer behind a difference, whose weights can make up for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from keraport.discrepancies.editing import next_of
from keraport.discrepancies.reexpress import as_graph
from keraport.discrepancies.results import Setting
from keraport.discrepancies.windows import RANKS, NotPlainError, require_plain
from keraport.errors import RefusedError
from keraport.model import Layer, Model
from keraport.records import dataclass

_HINT = "rebuild the layer as it was trained, or accept other predictions: --allow-different {}"


@dataclass(slots=True)
class Target:
    """A linear layer that is refitted.

    Args:
        layer: of the architecture.
        source: name of the layer that it reads.
        trained: name of the trained layer whose weights it has.
        because: what differs before it.
    """

    layer: Layer
    source: str
    trained: str
    because: list[Setting] = field(default_factory=list)


def targets(
    rebuilt: Model, pairs: Mapping[str, str], settings: Sequence[Setting]
) -> tuple[Target, ...]:
    """The linear layers behind all differences, in the order in which they run.

    Args:
        rebuilt: the architecture, in the hub's words.
        pairs: trained layers by those of the architecture.
        settings: what differs, in the order of the layers.

    Raises:
        RefusedError: nothing linear reads a layer that differs, and nothing else.
    """
    graph = as_graph(rebuilt)
    found: dict[str, Target] = {}
    for setting in settings:
        try:
            layer, source = _behind(graph, setting.rebuilt)
        except NotPlainError as problem:
            raise RefusedError(
                f"layer {setting.rebuilt!r}: {setting.key} differs, and {problem}, so that nothing "
                "can be refitted to make up for it",
                hint=_HINT.format(setting.rebuilt),
            ) from problem
        new = Target(layer, source, pairs.get(layer.name, layer.name))
        found.setdefault(layer.name, new).because.append(setting)
    return tuple(found.values())


def _behind(graph: Model | None, name: str) -> tuple[Layer, str]:
    """The next linear layer behind a layer, and what it reads."""
    if graph is None or name not in {layer.name for layer in graph.layers}:
        raise NotPlainError("it stands inside another model")
    source, layer = name, next_of(graph, name)
    while layer is not None and layer.class_name not in RANKS:
        if layer.weights and layer.class_name != "BatchNormalization":
            raise NotPlainError(f"{layer.class_name} {layer.name} comes first")
        source, layer = layer.name, next_of(graph, layer.name)
    if layer is None:
        raise NotPlainError("no Dense or convolution behind it reads it alone")
    require_plain(layer)
    return layer, source
