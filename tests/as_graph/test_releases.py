"""Graphs of other releases than TensorFlow 2.3, and for others than 1.12, in the real ones."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.as_graph.test_golden import ARCHIVE as OF_TF23
from tests.formats.test_saved_models_of_releases import ARCHIVE, place

import keraport
from keraport.graphs import graph_pb2 as pb
from keraport.runtimes import RuntimePool
from keraport.verify import Status

CASES = [
    ("tf2.15", "recurrent", "tf1.12"),
    ("tf2.15", "recurrent", "tf2.3"),
    ("tf2.15", "dense", "tf1.12"),
    ("tf1.15", "recurrent", "tf1.12"),
]


@pytest.mark.runtime("tf1.12")
@pytest.mark.runtime("tf1.15")
@pytest.mark.runtime("tf2.3")
@pytest.mark.runtime("tf2.15")
@pytest.mark.parametrize(("source", "name", "target"), CASES)
def test_both_releases_agree(
    source: str, name: str, target: str, tmp_path: Path, runtimes: RuntimePool
) -> None:
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(tmp_path, filter="data")
    original, out = place(tmp_path, source, name), tmp_path / "out"
    keraport.convert_graph(original, out, target)
    found = keraport.verify(original, out, from_=source, to=target, pool=runtimes)
    assert found.status is Status.AGREE, found.summary()


@pytest.mark.runtime("keras3.15")
@pytest.mark.runtime("tf1.12")
@pytest.mark.runtime("tf2.3")
def test_an_export_of_keras_3(
    tmp_path: Path, runtimes: RuntimePool, runtime_python: Callable[[str], Path]
) -> None:
    exported = tmp_path / "exported"
    script = Path(__file__).with_name("export_keras3.py")
    subprocess.run([runtime_python("keras3.15"), script, exported], check=True, capture_output=True)
    for target in ("tf1.12", "tf2.3"):
        out = tmp_path / f"for_{target}"
        keraport.convert_graph(exported, out, target)
        found = keraport.verify(exported, out, from_="keras3.15", to=target, pool=runtimes)
        assert found.status is Status.AGREE, found.summary()
        assert [row.name for row in found.outputs] == [
            "serve/output_0",
            "serving_default/output_0",
        ]


@pytest.mark.runtime("tf1.12")
@pytest.mark.runtime("tf2.3")
def test_the_first_node_that_differs_is_named(tmp_path: Path, runtimes: RuntimePool) -> None:
    """A carried graph in which somebody changed an activation."""
    with tarfile.open(OF_TF23) as archive:
        wanted = [item for item in archive if item.name.partition("/")[0] == "dense_functional"]
        archive.extractall(tmp_path, wanted, filter="data")
    original, out = tmp_path / "dense_functional", tmp_path / "out"
    keraport.convert_graph(original, out, "tf1.12")
    same = keraport.verify(original, out, to="tf1.12", layers=True, pool=runtimes)
    assert same.passed
    assert same.layers
    file = out / "saved_model.pb"
    saved = pb.SavedModel.FromString(file.read_bytes())
    changed = next(
        node
        for node in saved.meta_graphs[0].graph_def.node
        if node.op in ("Relu", "Tanh", "Sigmoid")
    )
    changed.op = "Softplus"
    file.write_bytes(saved.SerializeToString())
    found = keraport.verify(original, out, to="tf1.12", layers=True, pool=runtimes)
    assert found.status is Status.DIFFER
    assert found.first_layer is not None
    assert found.first_layer.path == changed.name.partition("/")[2]
