"""The files of a SavedModel, read as a graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from keraport.errors import DamagedFileError, ForeignFileError
from keraport.formats.files import exists, read_regular
from keraport.formats.limits import NODE_BYTES
from keraport.formats.saved_model.graph import GRAPH_FILE
from keraport.formats.wire import parse_message

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

SERVE: Final = "serve"
_MOST_BYTES: Final = 2 << 30
"""Protocol buffers end there."""
_DAMAGED: Final = "the directory is damaged: copy or download it again, or save the model again"


def read_meta_graph(path: Path) -> pb.MetaGraph:
    """The graph of a SavedModel directory that is meant for serving.

    Raises:
        DamagedFileError: ``saved_model.pb`` is no such message, or holds no graph.
        ForeignFileError: the path is no SavedModel, or has no graph for serving.
        UnsafeFileError: a file is a link or no regular file, or has more entries than any that
            TensorFlow writes.
        InputFileError: the system refuses.
    """
    from keraport.graphs import graph_pb2 as pb

    file = path / GRAPH_FILE
    if not exists(file):
        raise ForeignFileError(
            f"{path}: holds no {GRAPH_FILE}, expected a SavedModel directory",
            hint="--as-graph reads what tf.saved_model.save or model.export wrote",
        )
    data = read_regular(file, _MOST_BYTES + 1, part=True)
    if len(data) > _MOST_BYTES:
        raise DamagedFileError(f"{file}: longer than any message may be", hint=_DAMAGED)
    saved = parse_message(data, pb.SavedModel(), str(file), _DAMAGED, each=NODE_BYTES)
    if not saved.meta_graphs:
        raise DamagedFileError(f"{file}: holds no graph", hint=_DAMAGED)
    for meta in saved.meta_graphs:
        if SERVE in meta.meta_info_def.tags:
            return meta
    tags = ["+".join(meta.meta_info_def.tags) for meta in saved.meta_graphs]
    raise ForeignFileError(
        f"{file}: has graphs tagged {', '.join(tags)[:200]}, expected one tagged {SERVE}",
        hint=f"export the model with the tag {SERVE}",
    )
