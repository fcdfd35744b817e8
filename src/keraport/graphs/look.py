"""What the graph of a SavedModel holds, and which TensorFlow runs it as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from keraport.formats.checkpoint.entries import DTYPES
from keraport.graphs.ends import signatures_of
from keraport.graphs.files import read_meta_graph
from keraport.graphs.harmless import is_harmless
from keraport.graphs.registry import known_versions, registry, registry_of_writer
from keraport.records import dataclass

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb
    from keraport.graphs.registry import Registry

_OTHERS: Final = {20: "resource", 21: "variant"}
_VARIABLES: Final = frozenset({"VarHandleOp", "Variable", "VariableV2"})


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor, or a variable.

    Args:
        name: of the argument, or of the variable.
        dtype: as NumPy calls it; ``string``, ``resource`` and ``variant`` beside those.
        shape: None for an unknown size; None as a whole for an unknown number of them.
    """

    name: str
    dtype: str
    shape: tuple[int | None, ...] | None

    @property
    def sizes(self) -> str:
        """The shape for people: ``[?, 3]``."""
        if self.shape is None:
            return "of any shape"
        return f"[{', '.join('?' if size is None else str(size) for size in self.shape)}]"

    def to_json(self) -> dict[str, Any]:
        """As it stands in a document."""
        shape = None if self.shape is None else list(self.shape)
        return {"name": self.name, "dtype": self.dtype, "shape": shape}


@dataclass(frozen=True, slots=True)
class GraphLook:
    """What a graph holds.

    Args:
        tensorflow: version that wrote it; empty if unsaid.
        signatures: for each, its inputs and its outputs.
        functions: number of functions.
        operations: how many nodes of each operation, in functions too; the most frequent first.
        variables: of the graph outside of functions.
        assets: names of files of the model.
        runs_in: versions of TensorFlow that register all operations with their settings.
        unknown: operations that no known TensorFlow registers.
        harmful: operations that are not known to have no side effects beside computing.
    """

    tensorflow: str
    signatures: Mapping[str, tuple[tuple[Tensor, ...], tuple[Tensor, ...]]]
    functions: int
    operations: Mapping[str, int]
    variables: tuple[Tensor, ...]
    assets: tuple[str, ...]
    runs_in: tuple[str, ...]
    unknown: tuple[str, ...]
    harmful: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As it stands in the document of ``keraport inspect``."""
        return {
            "tensorflow": self.tensorflow,
            "signatures": {
                name: {
                    "inputs": [item.to_json() for item in inputs],
                    "outputs": [item.to_json() for item in outputs],
                }
                for name, (inputs, outputs) in self.signatures.items()
            },
            "functions": self.functions,
            "operations": dict(self.operations),
            "variables": [item.to_json() for item in self.variables],
            "assets": list(self.assets),
            "runs_in": list(self.runs_in),
        }


def look(path: Path) -> GraphLook:
    """What the graph of a SavedModel directory holds.

    Raises:
        InputFileError: it is damaged, foreign or unsafe.
    """
    meta = read_meta_graph(path)
    nodes = [*meta.graph_def.node]
    for function in meta.graph_def.library.function:
        nodes += function.node_def
    counted = Counter(node.op for node in nodes)
    # Nodes call functions by their names, too.
    for function in meta.graph_def.library.function:
        counted.pop(function.signature.name, None)
    writer = registry_of_writer(meta.meta_info_def.tensorflow_version)
    versions = known_versions()
    known = set[str]().union(*(registry(version).keys() for version in versions))
    return GraphLook(
        tensorflow=meta.meta_info_def.tensorflow_version,
        signatures={name: _signature(meta.signature_def[name]) for name in signatures_of(meta)},
        functions=len(meta.graph_def.library.function),
        operations=dict(counted.most_common()),
        variables=tuple(_variable(node) for node in meta.graph_def.node if node.op in _VARIABLES),
        assets=tuple(item.filename for item in meta.asset_file_def),
        runs_in=tuple(
            ".".join(map(str, version))
            for version in versions
            if _runs(nodes, counted, registry(version), writer)
        ),
        unknown=tuple(sorted(counted.keys() - known)),
        harmful=tuple(sorted(op for op in counted if op in known and not is_harmless(op))),
    )


def _runs(nodes: list[pb.Node], counted: Counter[str], target: Registry, writer: Registry) -> bool:
    """Whether a version registers all that the nodes need."""
    if not counted.keys() <= target.keys():
        return False
    settings = {op: {item.name for item in target[op].attr} for op in counted}
    for node in nodes:
        if node.op not in settings:
            continue
        for name, value in node.attr.items():
            if name in settings[node.op] or name.startswith("_"):
                continue
            # What says nothing but the default is left out when a graph is loaded.
            if not _is_default(writer, node.op, name, value):
                return False
    return True


def _is_default(writer: Registry, op: str, name: str, value: pb.Attr) -> bool:
    settings = writer[op].attr if op in writer else ()
    return any(item.name == name and item.default_value == value for item in settings)


def _signature(signature: pb.Signature) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    return (
        tuple(_tensor(name, info) for name, info in sorted(signature.inputs.items())),
        tuple(_tensor(name, info) for name, info in sorted(signature.outputs.items())),
    )


def _tensor(name: str, info: pb.TensorInfo) -> Tensor:
    return Tensor(name, _dtype(info.dtype), _shape(info.tensor_shape))


def _variable(node: pb.Node) -> Tensor:
    return Tensor(node.name, _dtype(node.attr["dtype"].type), _shape(node.attr["shape"].shape))


def _dtype(number: int) -> str:
    return DTYPES.get(number) or _OTHERS.get(number, "unknown")


def _shape(shape: pb.Shape) -> tuple[int | None, ...] | None:
    if shape.unknown_rank:
        return None
    return tuple(dim.size if dim.size >= 0 else None for dim in shape.dim)
