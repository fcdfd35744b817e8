"""SavedModel directories of real TensorFlow 2.3.0 hold what their HDF5 twins hold.

``tools/build_saved_models.py`` opened the golden models in TensorFlow 2.3.0, compiled them with
Adam and saved them as SavedModels; ``tools/pack_saved_models.py`` packed the directories.
"""

from __future__ import annotations

import re
import shutil
import tarfile
from pathlib import Path

import pytest

from keraport.convert import Options, plan
from keraport.dialects import dump_model
from keraport.errors import DamagedFileError, ForeignFileError, UnsafeFileError
from keraport.formats import read
from keraport.formats.saved_model.graph import read_graph
from keraport.formats.sources import Sources
from keraport.inspection.inspect import inspect
from keraport.inspection.rules import HazardKind
from keraport.model import Format, ModelFile

HERE = Path(__file__).parent
TWINS = HERE.parent / "golden" / "tf2.3"
ARCHIVE = HERE / "golden" / "saved_models_tf2.3.tar.xz"
FOREIGN = {"module", "subclassed"}
MISREAD = {"shared_misread"}
"""TensorFlow 2.3.0 opens the twin, and gets another model than the one that was saved."""

with tarfile.open(ARCHIVE) as archive:
    NAMES = sorted({name.partition("/")[0] for name in archive.getnames()} - FOREIGN - MISREAD)

RENAMED = {"masked_initial_states", "recurrent_time_major"}
"""TensorFlow 2.3.0 counts cells anew when it opens a file; their names differ from the twin's."""


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all directories, as they were saved."""
    folder = tmp_path_factory.mktemp("saved-models")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return folder


def values(file: ModelFile) -> list[tuple[str, list[tuple[tuple[int, ...], bytes]]]]:
    """For each layer with weights, their shapes and bits."""
    with Sources() as sources:
        return [
            (group.layer, [(w.shape, sources.values(w).tobytes()) for w in group.weights])
            for group in file.groups
            if group.weights
        ]


def names(file: ModelFile) -> list[list[str]]:
    return [[weight.name for weight in group.weights] for group in file.groups if group.weights]


def test_there_are_enough() -> None:
    assert len(NAMES) > 110


@pytest.mark.parametrize("name", NAMES)
def test_it_holds_what_its_twin_holds(name: str, saved: Path) -> None:
    found, twin = read(saved / name), read(TWINS / f"{name}.h5")
    assert found.format is Format.SAVED_MODEL
    assert found.producer == twin.producer
    assert values(found) == values(twin)
    assert name in RENAMED or names(found) == names(twin)
    assert found.model is not None
    assert twin.model is not None
    assert dump_model(found.model) == dump_model(twin.model)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in RENAMED])
def test_it_converts_as_its_twin_does(name: str, saved: Path) -> None:
    """So that what real TF 1.12 computes from the twin's output holds for this one, too."""
    # The twins alone were trained.
    options = Options(drop_optimizer=True)
    found = plan(saved / name, "tf1.12", options=options)
    twin = plan(TWINS / f"{name}.h5", "tf1.12", options=options)
    assert found.report.layers == twin.report.layers
    assert found.translation.companions == twin.translation.companions
    ours, theirs = found.translation.file, twin.translation.file
    assert ours.model is not None
    assert theirs.model is not None
    assert dump_model(ours.model) == dump_model(theirs.model)
    assert names(ours) == names(theirs)
    assert values(ours) == values(theirs)


def test_training_is_read(saved: Path) -> None:
    training = read(saved / "dense_functional").training
    assert training is not None
    assert training.optimizer is not None
    assert training.optimizer.class_name == "Adam"
    steps, *slots = training.state
    assert steps.name == "iter:0"
    assert steps.shape == ()
    assert [weight.name for weight in slots] == [
        f"{name.removesuffix(':0')}/{slot}:0"
        for slot in "mv"
        for group in names(read(TWINS / "dense_functional.h5"))
        for name in group
    ]


@pytest.mark.parametrize(
    ("name", "words", "hint"),
    [
        (
            "subclassed",
            r"subclassed model 'Subclassed'.* 2 variables.*serving_default\(input_1\) -> output_1",
            "keraport transfer .*/subclassed/variables/variables ",
        ),
        (
            "module",
            r"without a Keras model.*1 variables.*serving_default\(rows\) -> scaled",
            "save the Keras model itself",
        ),
    ],
)
def test_what_is_no_keras_model_is_named(name: str, words: str, hint: str, saved: Path) -> None:
    with pytest.raises(ForeignFileError, match=words) as refused:
        read(saved / name)
    assert re.search(hint, refused.value.hint)


def test_weights_of_a_subclassed_model_are_a_source(saved: Path) -> None:
    """What the refusal says to do: its checkpoint has each layer once."""
    found = read(saved / "subclassed" / "variables" / "variables")
    assert found.format is Format.CHECKPOINT
    assert [(group.layer, [w.shape for w in group.weights]) for group in found.groups] == [
        ("dense", [(3, 2), (2,)])
    ]


@pytest.fixture
def copy(saved: Path, tmp_path: Path) -> Path:
    """A directory that may be damaged."""
    return Path(shutil.copytree(saved / "dense_functional", tmp_path / "model"))


@pytest.mark.parametrize("share", range(1, 16))
def test_a_truncated_graph_is_refused(share: int, copy: Path) -> None:
    graph = copy / "saved_model.pb"
    data = graph.read_bytes()
    graph.write_bytes(data[: len(data) * share // 16])
    with pytest.raises((DamagedFileError, ForeignFileError)):
        read(copy)


def test_a_child_that_does_not_exist_is_refused(copy: Path) -> None:
    from keraport.formats.saved_model import saved_model_pb2 as pb

    for number in (-1, 10_000):
        saved = pb.SavedModel()
        saved.ParseFromString((copy / "saved_model.pb").read_bytes())
        saved.meta_graphs[0].object_graph_def.nodes[0].children[0].node_id = number
        (copy / "saved_model.pb").write_bytes(saved.SerializeToString())
        with pytest.raises(DamagedFileError, match=f"refers to object {number}"):
            read(copy)


def test_objects_in_a_circle_are_read_once(copy: Path) -> None:
    """Keras itself writes circles; here the list of weights holds the layer."""
    from keraport.formats.saved_model import saved_model_pb2 as pb

    graph = read_graph(copy)
    layer = graph.child(0, "layer_with_weights-0")
    assert layer is not None
    listed = graph.child(layer, "trainable_variables")
    assert listed is not None
    saved = pb.SavedModel()
    saved.ParseFromString((copy / "saved_model.pb").read_bytes())
    saved.meta_graphs[0].object_graph_def.nodes[listed].children[0].node_id = layer
    (copy / "saved_model.pb").write_bytes(saved.SerializeToString())
    with pytest.raises(DamagedFileError, match="no variable with saved values"):
        read(copy)


def test_a_layer_without_lists_loses_no_variable(copy: Path) -> None:
    """Neither list of the layer is there, and a variable is a part of a part."""
    from keraport.formats.saved_model import saved_model_pb2 as pb

    layer = read_graph(copy).child(0, "layer_with_weights-0")
    assert layer is not None
    saved = pb.SavedModel()
    saved.ParseFromString((copy / "saved_model.pb").read_bytes())
    node = saved.meta_graphs[0].object_graph_def.nodes[layer]
    lists = {"trainable_variables": "rest", "kernel": "", "bias": ""}
    kept = [c for c in node.children if lists.get(c.local_name, c.local_name)]
    for child in kept:
        child.local_name = lists.get(child.local_name, child.local_name)
    names = [(child.node_id, child.local_name) for child in kept]
    del node.children[:]
    for number, name in names:
        node.children.add(node_id=number, local_name=name)
    (copy / "saved_model.pb").write_bytes(saved.SerializeToString())
    with pytest.raises(ForeignFileError, match="lists no variables"):
        read(copy)


@pytest.mark.parametrize("part", ["saved_model.pb", "variables/variables.index", "variables"])
def test_links_are_not_followed(part: str, copy: Path, tmp_path: Path) -> None:
    away = tmp_path / "elsewhere"
    shutil.move(copy / part, away)
    (copy / part).symlink_to(away)
    with pytest.raises(UnsafeFileError, match="link"):
        read(copy)


def test_another_shape_in_the_graph_is_refused(copy: Path) -> None:
    from keraport.formats.saved_model import saved_model_pb2 as pb

    saved = pb.SavedModel()
    saved.ParseFromString((copy / "saved_model.pb").read_bytes())
    for node in saved.meta_graphs[0].object_graph_def.nodes:
        if node.variable.name.endswith("/kernel"):
            node.variable.shape.dim[0].size += 1
    (copy / "saved_model.pb").write_bytes(saved.SerializeToString())
    with pytest.raises(DamagedFileError, match="has the shape"):
        read(copy)


def test_a_flipped_byte_of_a_weight_is_found(copy: Path) -> None:
    (shard,) = (copy / "variables").glob("*.data-*")
    data = bytearray(shard.read_bytes())
    data[5] ^= 1
    shard.write_bytes(bytes(data))
    with pytest.raises(DamagedFileError, match="checksum"):
        values(read(copy))
    assert values(read(copy, verify_checksums=False))


def test_operations_that_reach_out_are_hazards(copy: Path) -> None:
    from keraport.formats.saved_model import saved_model_pb2 as pb

    assert [h for h in inspect(copy).hazards if h.kind is HazardKind.OPERATION] == []
    saved = pb.SavedModel()
    saved.ParseFromString((copy / "saved_model.pb").read_bytes())
    graph = saved.meta_graphs[0].graph_def
    graph.node.add(name="innocent", op="WriteFile")
    graph.library.function.add().node_def.add(name="inside", op="EagerPyFunc")
    (copy / "saved_model.pb").write_bytes(saved.SerializeToString())
    found = [h.text for h in inspect(copy).hazards if h.kind is HazardKind.OPERATION]
    assert found == [
        "the operation EagerPyFunc calls a Python function",
        "the operation WriteFile writes files",
    ]
