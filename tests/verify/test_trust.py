"""Files that bring along what would run are not opened in a real release unasked."""

from __future__ import annotations

import os
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import pytest
from tests.cli.conftest import LAMBDA, ROOT, dense, layer, save_model

from keraport.catalog.releases import get_release
from keraport.convert import Options, convert
from keraport.errors import DamagedFileError, NotTrustedError
from keraport.inspection.rules import HazardKind
from keraport.inspection.trust import HARMLESS, require_trusted, running_hazards
from keraport.own.lambda_layers import LambdaChoices
from keraport.runtimes import RuntimePool
from keraport.verify import Status, verify

LAMBDAS = ROOT / "examples" / "lambdas" / "lambdas_tf2.h5"
SAVED_MODELS = ROOT / "tests" / "formats" / "golden"
TF23 = get_release("tf2.3")


def test_every_kind_is_decided() -> None:
    """A kind that is added later runs until somebody finds out that it does not."""
    runs = {"bytecode", "pickle", "helper", "module", "operation", "file"}
    assert {kind.value for kind in set(HazardKind) - set(HARMLESS)} == runs
    assert all(HARMLESS.values())


def raw(op: object) -> dict[str, Any]:
    return layer("TensorFlowOpLayer", "raw", node_def={"name": "x", "op": op}, constants={})


def named(**config: Any) -> dict[str, Any]:
    """A Lambda, and how it says what its functions are."""
    words = {"function": "mine", "function_type": "function", "output_shape_type": "raw"}
    return layer("Lambda", "named", **{**words, **config})


BASE64 = "YwEAAAABAAAA"
"""Marshalled code may begin like this; the text could be the name of a function as well."""


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        (LAMBDA, "bytecode"),
        (named(function=BASE64, function_type="lambda"), "bytecode"),
        (named(output_shape=BASE64, output_shape_type="lambda"), "bytecode"),
        (named(mask=[BASE64, None, None], mask_type="lambda"), "bytecode"),
        ({**named(function_type="lambda"), "class_name": "MyLambda"}, "bytecode"),
        ({**named(function_type="lambda"), "class_name": "Keras>Lambda"}, "bytecode"),
        (layer("TimeDistributed", "outer", layer=named(function_type="lambda")), "bytecode"),
        (layer("TorchModuleWrapper", "t", module="gASV"), "pickle"),
        ({**layer("get_file", "g"), "module": "keras.utils"}, "helper"),
        ({**dense("d"), "module": "os"}, "module"),
        (layer("StringLookup", "s", vocabulary="words.txt"), "file"),
        (raw("WriteFile"), "operation"),
        (raw("PyFunc"), "operation"),
        (raw("ReadFile"), "operation"),
        (raw("AnOperationOfTomorrow"), "operation"),
        (raw(None), "operation"),
        (layer("TensorFlowOpLayer", "raw", node_def="\n\x01x\x12\tWriteFile"), "operation"),
        (layer("TFOpLambda", "f", function="io.write_file"), "operation"),
        (layer("TFOpLambda", "f", function="keras.utils.get_file"), "operation"),
        (layer("ClassMethod", "f", cls_symbol="RaggedTensor", fn_name="x"), "operation"),
        (named(), None),
        (named(function_type="function", output_shape=[3]), None),
        (layer("Mine", "m"), None),
        (raw("AddV2"), None),
        (layer("TFOpLambda", "f", function="math.multiply"), None),
        (layer("TFOpLambda", "f", function="concat"), None),
    ],
)
def test_what_would_run(tmp_path: Path, item: dict[str, Any], kind: str | None) -> None:
    path = save_model(tmp_path / "m.h5", [item])
    found = {hazard.kind.value for hazard in running_hazards(path, "tf2.3")}
    assert found == ({kind} if kind else set())


def test_links_that_nothing_reads_run_nothing(tmp_path: Path) -> None:
    path = save_model(tmp_path / "m.h5", [dense("a")])
    with h5py.File(path, "a") as file:
        file["unread"] = h5py.ExternalLink("other.h5", "/x")
    assert not running_hazards(path, "tf2.3")


@pytest.mark.parametrize("archive", ["saved_models_tf2.3", "saved_models_of_releases"])
def test_saved_models_of_releases_only_compute(archive: str, tmp_path: Path) -> None:
    with tarfile.open(SAVED_MODELS / f"{archive}.tar.xz") as packed:
        packed.extractall(tmp_path, filter="data")
    folders = [path.parent for path in tmp_path.rglob("saved_model.pb")]
    # These are not read at all, so that nobody can tell: no layers, or layers of other names.
    unread = {"module", "subclassed", "nested_1x"}
    folders = [path for path in folders if not unread & set(path.parts)]
    assert len(folders) >= 4
    assert not [hazard for folder in folders for hazard in running_hazards(folder, "tf2.3")]


def test_operations_of_a_graph_that_nobody_knows(tmp_path: Path) -> None:
    with tarfile.open(SAVED_MODELS / "saved_models_tf2.3.tar.xz") as packed:
        packed.extractall(tmp_path, filter="data")
    folder = tmp_path / "sequential_nested"
    graph = folder / "saved_model.pb"
    honest = graph.read_bytes()
    hostile = honest.replace(b"BiasAdd", b"RunCode")
    # The second holds both graphs, one after the other.
    for content in (hostile, honest + hostile):
        graph.write_bytes(content)
        (hazard,) = running_hazards(folder, "tf2.3")
        assert "operation RunCode is not among those" in hazard.text


class Unstarted(RuntimePool):
    """Releases that must not be started."""

    def __getitem__(self, release: object) -> Any:
        pytest.fail(f"{release} was started")


def refused(source: Path, output: Path) -> NotTrustedError:
    with pytest.raises(NotTrustedError) as caught:
        verify(source, output, source_release=TF23, target_release=TF23, pool=Unstarted())
    return caught.value


def test_nothing_is_started_for_either_file(tmp_path: Path) -> None:
    bad, good = save_model(tmp_path / "bad one.h5", [LAMBDA]), save_model(tmp_path / "g.h5", [])
    for error in (refused(bad, good), refused(good, bad)):
        assert error.exit_status == 3
        assert f"{bad}: opening it in tf2.3 would run code from the file, or open" in str(error)
        assert "  double: a Lambda with Python bytecode" in error.message
        assert f"`keraport inspect '{bad}'`" in error.hint
        assert "--trust" in error.hint
        assert [row["kind"] for row in error.hazards] == ["bytecode"]


def test_many_hazards_are_counted(tmp_path: Path) -> None:
    layers = [{**LAMBDA, "config": {**LAMBDA["config"], "name": f"l{n}"}} for n in range(500)]
    bad = save_model(tmp_path / "bad.h5", layers)
    error = refused(bad, bad)
    assert len(error.message.splitlines()) == 8
    assert error.message.endswith("and 494 more")
    assert len(error.hazards) == 500


def test_a_file_that_cannot_be_looked_into(tmp_path: Path) -> None:
    path = tmp_path / "text.h5"
    path.write_text("not a model")
    with pytest.raises(Exception, match=r"text\.h5") as caught:
        require_trusted([(path, "tf2.3")])
    assert getattr(caught.value, "exit_status", 1) == 4
    assert "--trust" in getattr(caught.value, "hint", "")
    damaged = save_model(tmp_path / "d.h5", [dense("a")])
    damaged.write_bytes(damaged.read_bytes()[:900])
    with pytest.raises(DamagedFileError):
        require_trusted([(damaged, "tf2.3")])


LEAVES_A_MARK = """
import sys, tensorflow as tf
mark, path = sys.argv[1:]
given = tf.keras.Input((4,))
code = eval("lambda x: (open(%r, 'a').close(), x * 2.0)[1]" % mark)
hidden = tf.keras.layers.Dense(3)(given)
tf.keras.Model(given, tf.keras.layers.Lambda(code)(hidden)).save(path)
"""


@pytest.mark.runtime("tf2.3")
def test_code_in_a_file_runs_only_with_trust(
    runtime_python: Callable[[str], Path], runtimes: RuntimePool, tmp_path: Path
) -> None:
    mark, path = tmp_path / "mark", tmp_path / "m.h5"
    subprocess.run(
        [str(runtime_python("tf2.3")), "-c", LEAVES_A_MARK, str(mark), str(path)],
        check=True,
        capture_output=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    mark.unlink()
    with pytest.raises(NotTrustedError):
        verify(path, path, source_release=TF23, target_release=TF23, pool=runtimes)
    assert not mark.exists()
    found = verify(path, path, source_release=TF23, target_release=TF23, pool=runtimes, trust=True)
    assert found.status is Status.AGREE
    assert mark.exists()


def test_what_translation_writes_brings_nothing_along(tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    options = Options(lambdas=LambdaChoices(translate=True))
    convert(LAMBDAS, out, "tf1.12", options=options)
    assert not running_hazards(out, "tf1.12")
