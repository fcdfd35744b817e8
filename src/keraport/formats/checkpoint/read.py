"""Checkpoints to `ModelFile`: weights without a model. They are described, never loaded.

What Keras or ``tf.train.Checkpoint`` wrote has a graph of objects, in which layers are found; what
``tf.train.Saver`` wrote has names of variables only. The file called ``checkpoint`` beside them is
never read: it holds paths, which may lead anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field
from pathlib import Path
from typing import Final

from keraport.errors import ForeignFileError, UsageError
from keraport.formats.checkpoint.bundle import Bundle, open_bundle
from keraport.formats.checkpoint.files import prefix_of
from keraport.formats.checkpoint.object_graph import KEY, VALUE, ObjectGraph, read_object_graph
from keraport.formats.checkpoint.table import damaged
from keraport.formats.limits import (
    NAMES,
    PATH_COMPONENTS,
    Budget,
    Walk,
    components,
    shown,
)
from keraport.formats.sources import bytes_of
from keraport.model import Format, ModelFile, Producer, Weight, WeightGroup
from keraport.records import dataclass

_TRACKED: Final = re.compile(r"layer(_with_weights)?-(0|[1-9][0-9]{0,8})")
_NO_LAYERS: Final = frozenset(
    {
        *("optimizer", "save_counter", "global_step", "keras_api", "signatures", "loss", "metrics"),
        *("variables", "trainable_variables", "non_trainable_variables", "regularization_losses"),
    }
)
"""Attributes of a model, or of a ``tf.train.Checkpoint``, that hold no weights of layers, or, in a
SavedModel, list those of all layers once more."""
_NO_WEIGHTS: Final = re.compile(
    r"(.*/)?(beta[12]_power|global_step|iterations|save_counter)(_\d+)?"
)
"""What optimizers of TensorFlow 1 count; their slots are called after a variable."""
_OPTIMIZER_SCOPE: Final = re.compile(r"(training|OptimizeLoss|optimizer)/")
_ORDER: Final = (
    *(
        "kernel",
        "depthwise_kernel",
        "pointwise_kernel",
        "recurrent_kernel",
        "weights",
        "embeddings",
    ),
    *("bias", "biases", "gamma", "beta", "moving_mean", "moving_variance", "renorm_mean"),
)
"""Variables as layers list them: trained ones first."""
_KEEPS_STATISTICS: Final = frozenset(
    {"moving_mean", "moving_variance", "moving_stddev", "renorm_mean", "renorm_stddev"}
)


def read_checkpoint(path: Path, *, verify_checksums: bool = True) -> ModelFile:
    """The weights in a checkpoint, by layer.

    Layers are called as their variables are. Their order is that of the model for what Keras
    saved, and that of the names otherwise.

    Args:
        path: as `prefix_of` understands it.
        verify_checksums: compare those of the index now, those of values when they are read.

    Raises:
        UsageError: there is no such checkpoint.
        ForeignFileError: no weights are in it.
        DamagedFileError: it contradicts itself or the format.
        UnsafeFileError: reading on would leave its files, or exceed a limit.
    """
    prefix = prefix_of(path)
    if prefix is None:
        raise UsageError(f"{path}: there is no such checkpoint", hint="check the path")
    bundle = open_bundle(prefix, verify_checksums=verify_checksums)
    budget = Budget(bundle.index, bundle.size())
    groups = _by_object(bundle, budget) if KEY in bundle.entries else _by_name(bundle, budget)
    if not groups:
        raise ForeignFileError(
            f"{bundle.index}: a checkpoint without weights of layers",
            hint="give the checkpoint that model.save_weights() wrote",
        )
    return ModelFile(bundle.index, Format.CHECKPOINT, Producer(), None, groups)


def _by_object(bundle: Bundle, budget: Budget) -> tuple[WeightGroup, ...]:
    graph = read_object_graph(bundle)
    if not graph.objects:
        raise damaged(str(bundle.index), "its object graph is empty")
    walk = Walked.of(graph, bundle, budget)
    found: dict[str, tuple[Weight, ...]] = {}
    for attribute, number in _layers(graph, 0):
        weights = walk.weights(number)
        if weights:
            name = _layer_name(attribute, weights)
            found[name if name not in found else f"{name} ({attribute})"] = weights
    return tuple(WeightGroup(name, weights) for name, weights in found.items())


def _layers(graph: ObjectGraph, model: int) -> Iterator[tuple[str, int]]:
    """The layers of a model, or of the models that an object holds, each once."""
    children = graph.objects[model].children
    tracked = sorted(
        (found[1] is None, int(found[2]), name)
        for name in children
        if (found := _TRACKED.fullmatch(name))
    )
    seen: set[int] = {model}
    for name in (*(name for *_, name in tracked), *children):
        number = children[name]
        if number in seen or name in _NO_LAYERS:
            continue
        seen.add(number)
        inner = graph.objects[number].children
        if not tracked and any(_TRACKED.fullmatch(child) for child in inner):
            yield from ((f"{name}/{rest}", part) for rest, part in _layers(graph, number))
        else:
            yield name, number


@dataclass(frozen=True, slots=True)
class Walked:
    """What is found on walks from object to object; each is looked at once.

    Args:
        graph: the objects.
        bundle: their values.
        budget: what the checkpoint may describe.
        walk: how many steps may be taken.
    """

    graph: ObjectGraph
    bundle: Bundle
    budget: Budget
    walk: Walk
    own: dict[int, tuple[Weight, ...]] = field(default_factory=dict)
    ordered: dict[int, tuple[tuple[str, int], ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, graph: ObjectGraph, bundle: Bundle, budget: Budget | None = None) -> Walked:
        """Walks through a checkpoint, within limits that its size sets."""
        budget = budget or Budget(bundle.index, bundle.size())
        return cls(graph, bundle, budget, Walk(str(bundle.index), graph.references))

    def weights(self, layer: int) -> tuple[Weight, ...]:
        """The variables of an object and of all in it; trained ones first."""
        found: list[tuple[bool, Weight]] = []
        seen, pending = {layer}, [(layer, "")]
        while pending:
            number, attribute = pending.pop()
            for weight in self._own(number):
                self.budget.spend(bytes_of(weight), f"weight {shown(weight.name)}")
                found.append((attribute in _KEEPS_STATISTICS, weight))
            children = self._children(number)
            self.walk.step(1 + len(children))
            for name, child in children:
                if child not in seen:
                    seen.add(child)
                    pending.append((child, name))
        return tuple(weight for _, weight in sorted(found, key=lambda item: item[0]))

    def _own(self, number: int) -> tuple[Weight, ...]:
        if number not in self.own:
            self.own[number] = tuple(self._read(number))
        return self.own[number]

    def _read(self, number: int) -> Iterator[Weight]:
        for tensor in self.graph.objects[number].tensors:
            entry = self.bundle.entries.get(tensor.key)
            if tensor.name == VALUE and (entry is None or entry.dtype != "string"):
                name = tensor.full_name or tensor.key.partition("/.ATTRIBUTES")[0]
                components(name, str(self.bundle.index))
                yield self.bundle.weight(f"{name}:0", tensor.key)

    def _children(self, number: int) -> tuple[tuple[str, int], ...]:
        """Those that hold weights, the last one first: the walk takes them from the end."""
        if number not in self.ordered:
            inner = self.graph.objects[number].children
            items = sorted(inner.items(), key=lambda item: _place(item[0]))
            kept = [item for item in reversed(items) if item[0] not in ("keras_api", "optimizer")]
            self.ordered[number] = tuple(kept)
        return self.ordered[number]


def _place(attribute: str) -> tuple[int, int]:
    """Where a child comes among its siblings: layers by number, variables as layers list them."""
    if tracked := _TRACKED.fullmatch(attribute):
        return (0 if tracked[1] else 1), int(tracked[2])
    return 2, _ORDER.index(attribute) if attribute in _ORDER else len(_ORDER)


def _layer_name(attribute: str, weights: tuple[Weight, ...]) -> str:
    """A layer's own name is not stored; its variables are called after it."""
    last = attribute.rpartition("/")[2]
    if not _TRACKED.fullmatch(last):
        return attribute
    scopes = {weight.name.partition("/")[0] for weight in weights if "/" in weight.name}
    return scopes.pop() if len(scopes) == 1 else attribute


def _by_name(bundle: Bundle, budget: Budget) -> tuple[WeightGroup, ...]:
    names = bundle.entries.keys()
    found: dict[str, list[tuple[tuple[int, int], Weight]]] = {}
    for name in sorted(names):
        if bundle.entries[name].dtype == "string" or _is_state(name, bundle):
            continue
        if len(components(name, str(bundle.index))) > PATH_COMPONENTS or len(found) > NAMES:
            raise damaged(str(bundle.index), f"{shown(name)} is no name of a variable")
        scope, _, own = name.rpartition("/")
        weight = bundle.weight(f"{name}:0", name)
        budget.spend(bytes_of(weight), f"weight {shown(name)}")
        found.setdefault(scope or own, []).append((_place(own), weight))
    return tuple(
        WeightGroup(scope, tuple(weight for _, weight in sorted(placed, key=lambda item: item[0])))
        for scope, placed in found.items()
    )


def _is_state(name: str, bundle: Bundle) -> bool:
    """True for what optimizers keep: counters, and slots, which are called after a variable."""
    if _NO_WEIGHTS.fullmatch(name) or _OPTIMIZER_SCOPE.match(name):
        return True
    return name.rpartition("/")[0] in bundle.entries
