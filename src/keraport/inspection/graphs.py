"""SavedModels that hold a graph, whether or not a Keras model is in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from keraport.catalog.releases import all_releases, line_of
from keraport.catalog.spelling import numbers_of
from keraport.errors import ForeignFileError
from keraport.formats.saved_model.graph import GRAPH_FILE, is_saved_model
from keraport.inspection.operations import REACH_OUT
from keraport.inspection.rules import Hazard, HazardKind

if TYPE_CHECKING:
    from keraport.graphs.look import GraphLook

_MODULE: Final = "tensorflow.keras"
"""Of releases that are known by the version of their TensorFlow."""


def graph_of_directory(path: Path) -> GraphLook | None:
    """What the graph of a SavedModel directory holds; None if it holds none that is served.

    Raises:
        InputFileError: it is damaged or unsafe.
    """
    if not is_saved_model(path):
        return None
    from keraport.graphs.look import look

    try:
        return look(path)
    except ForeignFileError:
        return None


def hazards_of_graph(graph: GraphLook) -> Iterator[Hazard]:
    """What would reach out of the graph if TensorFlow ran it."""
    for name in graph.harmful:
        does = REACH_OUT.get(name, "is not known to have no side effects beside computing")
        yield Hazard(HazardKind.OPERATION, GRAPH_FILE, f"the operation {name} {does}")
    for name in graph.unknown:
        text = f"the operation {name} is in none of the TensorFlow releases that are known here"
        yield Hazard(HazardKind.OPERATION, GRAPH_FILE, text)


def writer_of(graph: GraphLook) -> str | None:
    """Id of the release that wrote it; None if it does not say one that is known."""
    version = numbers_of(graph.tensorflow)[:2]
    found = [item for item in all_releases() if numbers_of(item.tensorflow)[:2] == version]
    # Several releases of Keras run on one TensorFlow, which is then its own where it has one.
    found.sort(key=lambda item: line_of(item).module != _MODULE)
    return found[0].id if version and found else None
