"""Operations in the graphs of a SavedModel that do more than compute."""

from __future__ import annotations

from keraport.inspection.rules import Hazard, HazardKind
from keraport.model import Format, ModelFile

_SAVED_MODELS = frozenset({Format.SAVED_MODEL, Format.SAVED_MODEL_1X})
_PYTHON = "calls a Python function"
_READS = "reads files"
_WRITES = "writes files"

REACH_OUT = {
    **dict.fromkeys(("EagerPyFunc", "PyFunc", "PyFuncStateless"), _PYTHON),
    **dict.fromkeys(
        (
            *("FixedLengthRecordDataset", "FixedLengthRecordDatasetV2", "FixedLengthRecordReader"),
            *("FixedLengthRecordReaderV2", "InitializeTableFromTextFile"),
            *("InitializeTableFromTextFileV2", "LoadDataset", "MatchingFiles"),
            *("MatchingFilesDataset", "ReadFile", "SqlDataset", "TFRecordDataset"),
            *("TFRecordReader", "TFRecordReaderV2", "TextLineDataset", "TextLineReader"),
            *("TextLineReaderV2", "WholeFileReader", "WholeFileReaderV2"),
        ),
        _READS,
    ),
    **dict.fromkeys(("DatasetToTFRecord", "PrintV2", "SaveDataset", "WriteFile"), _WRITES),
    **dict.fromkeys(
        ("DebugIdentity", "DebugIdentityV2", "DataServiceDataset", "RpcCall"), "uses the network"
    ),
}
"""Operations of TensorFlow (``core/ops/*_ops.cc``). Saving and restoring variables, which every
SavedModel has, is not among them."""


def graph_operations(file: ModelFile) -> tuple[Hazard, ...]:
    """What the graphs beside the layers would do if TensorFlow loaded the directory.

    Args:
        file: as read.

    Raises:
        InputFileError: the graph is no longer what was read.
    """
    found = sorted(operations_of(file) & REACH_OUT.keys())
    if not found:
        return ()
    from keraport.formats.saved_model.graph import GRAPH_FILE

    return tuple(
        Hazard(HazardKind.OPERATION, GRAPH_FILE, f"the operation {name} {REACH_OUT[name]}")
        for name in found
    )


def operations_of(file: ModelFile) -> frozenset[str]:
    """The operations in the graphs of a SavedModel; none for other formats.

    Raises:
        InputFileError: the graph is no longer what was read.
    """
    if file.format not in _SAVED_MODELS:
        return frozenset()
    from keraport.formats.files import exists
    from keraport.formats.saved_model.graph import GRAPH_FILE, read_graph

    return read_graph(file.path).operations if exists(file.path / GRAPH_FILE) else frozenset()
