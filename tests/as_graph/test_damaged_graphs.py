"""SavedModels that contradict themselves are refused, and nothing is written."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from keraport.errors import InputFileError
from keraport.graphs import graph_pb2 as pb
from keraport.graphs.convert import convert_graph

ARCHIVE = Path(__file__).parent / "graph_models_tf2.3.tar.xz"
NAME = "counters"
CALL = "PartitionedCall"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A module with variables that TensorFlow 2.3 saved."""
    folder = tmp_path_factory.mktemp("damaged")
    with tarfile.open(ARCHIVE) as archive:
        wanted = [item for item in archive if item.name.partition("/")[0] == NAME]
        archive.extractall(folder, wanted, filter="data")
    return folder / NAME


def _end(meta: pb.MetaGraph) -> pb.TensorInfo:
    outputs = meta.signature_def["step"].outputs
    return outputs[sorted(outputs)[0]]


def output_that_is_not_there(meta: pb.MetaGraph) -> None:
    """A signature names the hundredth output of a node."""
    _end(meta).name = _end(meta).name.partition(":")[0] + ":99"


def circle(meta: pb.MetaGraph) -> None:
    """Nodes wait for themselves."""
    for node in meta.graph_def.node:
        if node.op.endswith(CALL):
            node.input.append(f"^{node.name}")


def huge_variable(meta: pb.MetaGraph) -> None:
    """A variable of 2**40 rows."""
    for node in meta.graph_def.node:
        if node.op == "VarHandleOp":
            node.attr["shape"].shape.dim.add().size = 2**40


def functions_that_double(meta: pb.MetaGraph) -> None:
    """Forty functions, of which each calls the next one twice."""
    types = pb.Attr(list=pb.Attr.List(type=[1]))
    for number in range(40):
        function = meta.graph_def.library.function.add(ret={"y": "two:output:0"})
        function.signature.name = f"level_{number}"
        function.signature.input_arg.add(name="x", type=1)
        function.signature.output_arg.add(name="y", type=1)
        for name, given in (("one", "x"), ("two", "one:output:0")):
            node = function.node_def.add(name=name, op="Identity", input=[given])
            if number == 39:
                node.attr["T"].type = 1
                continue
            node.op = CALL
            node.attr["f"].func.name = f"level_{number + 1}"
            for key in ("Tin", "Tout"):
                node.attr[key].CopyFrom(types)
    meta.graph_def.node.add(name="nothing", op="Placeholder").attr["dtype"].type = 1
    call = meta.graph_def.node.add(name="call", op=CALL, input=["nothing"])
    call.attr["f"].func.name = "level_0"
    for key in ("Tin", "Tout"):
        call.attr[key].CopyFrom(types)
    _end(meta).name = "call:0"


DAMAGES = {
    circle: "waits for itself",
    functions_that_double: "unfold to more than 500,000 nodes",
    huge_variable: "has a dimension of 1,099,511,627,776",
    output_that_is_not_there: "names output 99 of",
}


@pytest.mark.parametrize(("damage", "message"), [*DAMAGES.items()])
def test_damage_is_named(
    damage: Callable[[pb.MetaGraph], None], message: str, source: Path, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(source, damaged)
    saved = pb.SavedModel.FromString((source / "saved_model.pb").read_bytes())
    damage(saved.meta_graphs[0])
    (damaged / "saved_model.pb").write_bytes(saved.SerializeToString())
    with pytest.raises(InputFileError, match=message):
        convert_graph(damaged, tmp_path / "out", "tf1.12")
    assert [item.name for item in tmp_path.iterdir()] == ["damaged"]


def test_variables_that_are_missing_are_named(source: Path, tmp_path: Path) -> None:
    shutil.copytree(source, tmp_path / "damaged", ignore=shutil.ignore_patterns("variables"))
    with pytest.raises(InputFileError, match="holds no variables"):
        convert_graph(tmp_path / "damaged", tmp_path / "out", "tf1.12")
    assert [item.name for item in tmp_path.iterdir()] == ["damaged"]
