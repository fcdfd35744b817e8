"""What a checkpoint holds of the optimizer of its model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from keraport.formats.checkpoint.bundle import Bundle, open_bundle
from keraport.formats.checkpoint.files import prefix_of
from keraport.formats.checkpoint.object_graph import KEY, ObjectGraph, read_object_graph
from keraport.model import Training, Weight

SCALARS: Final = ("iter", "momentum_cache")
"""What optimizers of TF 1.14 to 2.10 keep beside their slots, but for numbers of the config."""


def with_optimizer(training: Training, path: Path, *, verify_checksums: bool = True) -> Training:
    """How a model was compiled, with the state that a checkpoint has of its optimizer, or none.

    Args:
        training: of the model whose weights the checkpoint holds.
        path: as `prefix_of` understands it.
        verify_checksums: compare those of the index.

    Raises:
        DamagedFileError: the checkpoint contradicts itself or the format.
    """
    bare = replace(training, state=(), scalars={}, slots=())
    prefix = prefix_of(path)
    if prefix is None:
        return bare
    bundle = open_bundle(prefix, verify_checksums=verify_checksums)
    if KEY not in bundle.entries:
        return bare
    graph = read_object_graph(bundle)
    found = [number for number, item in enumerate(graph.objects) if item.slots]
    if len(found) > 1:
        # Whose they are is not known.
        return bare
    if found:
        scalars, slots = _named(graph, bundle, found[0])
        state = (*scalars.values(), *(value for _, _, value in slots))
        return replace(bare, state=state, scalars=scalars, slots=slots)
    return replace(bare, state=tuple(_listed(graph, bundle)))


def _named(
    graph: ObjectGraph, bundle: Bundle, optimizer: int
) -> tuple[dict[str, Weight], tuple[tuple[str, Weight, Weight], ...]]:
    """Scalars by name; slots as (name, variable of the model, value)."""
    item = graph.objects[optimizer]
    scalars = {
        name: weight
        for name in SCALARS
        if name in item.children and (weight := _weight(graph, bundle, item.children[name]))
    }
    slots = []
    for variable, name, value in item.slots:
        of, kept = _weight(graph, bundle, variable), _weight(graph, bundle, value)
        if of is not None and kept is not None:
            slots.append((name, of, kept))
    return scalars, tuple(slots)


def _listed(graph: ObjectGraph, bundle: Bundle) -> Iterator[Weight]:
    """The variables in the order in which optimizers of Keras 2.11 and newer list them."""
    optimizer = graph.objects[0].children.get("optimizer") if graph.objects else None
    if optimizer is None:
        return
    listed = graph.objects[optimizer].children.get("_variables")
    children = {} if listed is None else graph.objects[listed].children
    for number in range(len(children)):
        child = children.get(str(number))
        weight = None if child is None else _weight(graph, bundle, child)
        if weight is None:
            return
        yield weight


def _weight(graph: ObjectGraph, bundle: Bundle, number: int) -> Weight | None:
    """The variable of an object; None if it saved none."""
    key = graph.key_of(number)
    if key is None or key not in bundle.entries:
        return None
    return bundle.weight(f"{key.partition('/.ATTRIBUTES')[0]}:0", key)
