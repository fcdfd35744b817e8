"""Which variables of a model its optimizer trains, in the order in which it lists them.

Source: ``trainable_weights`` in ``engine/base_layer.py`` and ``engine/network.py`` (TF 1.12),
``engine/training.py`` (TF 2.3), ``layers/layer.py`` (Keras 3): layer by layer, and in each layer
what is trained before what is not, which is how files list the weights of a layer, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from keraport.analysis.weights import flat_slots, in_rounds, in_target_order, slots
from keraport.catalog.releases import Release
from keraport.errors import KeraportError
from keraport.model import Layer, Model, Weight, WeightGroup

Shape = tuple[int, ...]


class UnknownVariablesError(KeraportError):
    """Which variables are trained is not known."""


def trained_variables(
    model: Model, groups: Sequence[WeightGroup], release: Release, shapes: Sequence[Shape]
) -> tuple[Weight, ...]:
    """The variables that the optimizer of a file trains, each once.

    How many variables of a class of the user's are trained only its code tells. What the optimizer
    lists tells it as well, where its shapes can be dealt out in one way only.

    Args:
        model: as read.
        groups: the weights of the outermost layers, in the order in which a release lists them.
        release: that one.
        shapes: of what the optimizer keeps, a shape for each variable, in its order.

    Raises:
        UnknownVariablesError: the model has other variables than the optimizer lists, or which of
            them these are is not known.
    """
    parts = [
        (group.weights, _count(_layer(model, group), group.weights, release))
        for group in groups
        if group.weights
    ]
    found = list(_dealt(parts, tuple(shapes)))
    if len(found) == 1:
        return tuple(dict.fromkeys(found[0]))
    unknown = [
        group.layer
        for group in groups
        if group.weights and _count(_layer(model, group), group.weights, release) is None
    ]
    raise UnknownVariablesError(
        f"which variables of {', '.join(unknown)} are trained is not known"
        if unknown
        else f"it lists {len(shapes)} variables that are not those of the layers"
    )


def in_order(
    model: Model,
    groups: Sequence[WeightGroup],
    release: Release,
    is_trained: Callable[[Weight], bool],
) -> tuple[Weight, ...]:
    """The variables that the optimizer of a target trains, each once.

    Args:
        model: in the target's words.
        groups: its weights, in the order in which the target lists them.
        release: the target.
        is_trained: whether a weight was trained by the source's optimizer, which is asked about
            classes whose variables are not known.
    """
    found: list[Weight] = []
    for group in groups:
        count = _count(_layer(model, group), group.weights, release)
        if count is None:
            found += filter(is_trained, group.weights)
        else:
            found += group.weights[:count]
    return tuple(dict.fromkeys(found))


def _layer(model: Model, group: WeightGroup) -> Layer:
    return model.layer(group.layer)


def _count(layer: Layer, weights: Sequence[Weight], release: Release) -> int | None:
    """How many of a layer's weights are trained; None if that is not known."""
    if not weights:
        return 0
    rounds = in_rounds(release)
    ordered = in_target_order(layer)
    if len(flat_slots(ordered, rounds=rounds)) != len(weights):
        return None
    return len(slots(ordered, "", trainable=True, rounds=rounds))


def _dealt(
    parts: Sequence[tuple[Sequence[Weight], int | None]], shapes: tuple[Shape, ...]
) -> Iterator[list[Weight]]:
    """The ways to deal the shapes out to the layers, two at most."""
    ways: list[tuple[int, list[Weight]]] = [(0, [])]
    for weights, known in parts:
        counts = range(len(weights) + 1) if known is None else (known,)
        ways = [
            (at + count, [*taken, *weights[:count]])
            for at, taken in ways
            for count in counts
            if tuple(weight.shape for weight in weights[:count]) == shapes[at : at + count]
        ]
        if len(ways) > _MOST_WAYS:
            return
    yield from [taken for at, taken in ways if at == len(shapes)][:2]


_MOST_WAYS = 1000
"""Ways to deal shapes out that are followed; a model of many layers of unknown classes has more."""
