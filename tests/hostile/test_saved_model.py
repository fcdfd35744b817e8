"""SavedModels made to do harm, or damaged: each is refused with a typed error."""

from __future__ import annotations

import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.hostile.saved_models import Directory
from tests.hostile.test_special_files import saved_model_1x

from keraport.cli.main import run
from keraport.errors import DamagedFileError, InputFileError
from keraport.formats import read
from keraport.formats.saved_model import saved_model_pb2 as pb

ARCHIVE = Path(__file__).parents[1] / "formats" / "golden" / "saved_models_tf2.3.tar.xz"
DIGITS = "9" * 5000
ARABIC = "\N{ARABIC-INDIC DIGIT ONE}"
NUMBERS = [DIGITS, "00", "007", ARABIC, "1²", "9" * 20]


@pytest.fixture(scope="session")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("golden")
    with tarfile.open(ARCHIVE) as archive:
        members = [m for m in archive.getmembers() if m.name.startswith("dense_functional")]
        archive.extractall(folder, members, filter="data")
    return folder / "dense_functional"


@pytest.fixture
def change(golden: Path, tmp_path: Path) -> Callable[[Callable[[pb.MetaGraph], None]], Path]:
    """The golden SavedModel with another graph."""

    def changed(edit: Callable[[pb.MetaGraph], None]) -> Path:
        path = Path(shutil.copytree(golden, tmp_path / "model"))
        saved = pb.SavedModel.FromString((path / "saved_model.pb").read_bytes())
        edit(saved.meta_graphs[0])
        (path / "saved_model.pb").write_bytes(saved.SerializeToString())
        return path

    return changed


Change = Callable[[Callable[[pb.MetaGraph], None]], Path]


def test_one_made_by_hand_is_read(tmp_path: Path) -> None:
    file = read(Directory({"a": [0], "b": [0]}, [(3, 2)]).write(tmp_path / "m"))
    assert [(group.layer, len(group.weights)) for group in file.groups] == [("a", 1), ("b", 1)]


@pytest.mark.parametrize("number", NUMBERS, ids=len)
def test_numbers_of_layers(number: str, change: Change) -> None:
    def edit(meta: pb.MetaGraph) -> None:
        child = next(
            c for c in meta.object_graph_def.nodes[0].children if c.local_name == "layer-1"
        )
        child.local_name = f"layer-{number}"

    path = change(edit)
    if number == "1²":  # no number to Python either: an attribute like any other
        assert read(path).groups
        return
    with pytest.raises(DamagedFileError, match="found the number"):
        read(path)
    assert run(["inspect", str(path)]) == 4


@pytest.mark.parametrize("number", [DIGITS, "00", "01", ARABIC, "2", "1000000"], ids=len)
def test_numbers_of_children_of_lists(number: str, change: Change) -> None:
    def edit(meta: pb.MetaGraph) -> None:
        nodes = meta.object_graph_def.nodes
        for node in list(nodes):
            for child in node.children:
                if child.local_name == "trainable_variables":
                    for item in nodes[child.node_id].children:
                        if item.local_name == "1":
                            item.local_name = number

    path = change(edit)
    with pytest.raises(DamagedFileError, match="found the number"):
        read(path)
    assert run(["inspect", str(path)]) == 4


@pytest.mark.parametrize(
    "versions",
    [(440, 441, []), (440, 12, [3, 440]), (-1, 0, []), (440, -1, [])],
    ids=str,
)
def test_versions_that_no_writer_writes(
    versions: tuple[int, int, list[int]], change: Change
) -> None:
    def edit(meta: pb.MetaGraph) -> None:
        found = meta.graph_def.versions
        found.producer, found.min_consumer = versions[:2]
        found.bad_consumers[:] = versions[2]

    with pytest.raises(DamagedFileError, match="graph of version"):
        read(change(edit))


DOCUMENTS = {
    "nothing": b"",
    "no JSON": b"\x00\x01",
    "brackets": b"[" * 100_000,
    "objects": b'{"a":' * 100_000,
    "digits": b'{"class_name": "Sequential", "config": ' + b"7" * 5000 + b"}",
    "a list": b"[]",
    "null": b"null",
    "a string": b'"Sequential"',
    "half a pair": b'{"class_name": "\\ud800", "config": {}}',
    "a key twice": b'{"class_name": "Sequential", "class_name": "Model", "config": {}}',
    "no config": b'{"class_name": "Sequential"}',
    "config is a number": b'{"class_name": "Sequential", "config": 1}',
    "layers are a number": b'{"class_name": "Sequential", "config": {"name": "m", "layers": 1}}',
    "a layer is null": b'{"class_name": "Sequential", "config": {"name": "m", "layers": [null]}}',
    "a name is a list": (
        b'{"class_name": "Sequential", "config": {"name": [], "layers": []}}'
    ),
    "names lead out": json.dumps(
        {"class_name": "Sequential", "config": {"name": "m", "layers": [
            {"class_name": "Dense", "config": {"name": "../../x", "units": 2}}]}}
    ).encode(),
    "too long": b'{"a": "' + b"x" * (33 << 20) + b'"}',
}  # fmt: skip


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_hostile_documents_of_tensorflow_1(document: bytes, tmp_path: Path) -> None:
    path = saved_model_1x(tmp_path)
    (path / "assets" / "saved_model.json").write_bytes(document)
    out = tmp_path / "out.h5"
    with pytest.raises(InputFileError, match=r"saved_model\.json|variables"):
        read(path)
    assert run(["convert", str(path), str(out), "--to", "tf2.3"]) == 4
    assert not out.exists()
