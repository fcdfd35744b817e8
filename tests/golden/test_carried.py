"""Models that need more than a respelt config, opened by stock TensorFlow 1.12.0 and compared.

The numbers to reach are those of the release that saved each (``tools/build_carried.py``).
"""

from __future__ import annotations

import json
import re
import tarfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from keraport.convert import Options, convert
from keraport.errors import RefusedError, UsageError
from keraport.inspection.inspect import inspect
from keraport.report import Report, Verdict
from keraport.runtimes import RuntimePool
from keraport.transfer.transfer import transfer

FOLDER = Path(__file__).parent / "carried"
MODELS = [str(path.relative_to(FOLDER)) for path in sorted(FOLDER.glob("*/*.h5"))]
CHECKPOINTS = [str(path.relative_to(FOLDER)) for path in sorted(FOLDER.glob("*/*.json"))]
SAVED_MODELS = ("activations_of_dense", "subclasses_inside")
TOLERANCE = 1e-5


@pytest.fixture(scope="session")
def saved_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved-models")
    with tarfile.open(FOLDER / "tf2.3" / "saved_models.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


def difference(out: Path, truth: Path, runtimes: RuntimePool, release: str = "tf1.12") -> float:
    """How far a release is off with an output, relative to the largest number."""
    companion = out.with_name(f"{out.stem}_objects.py")
    answers = out.with_suffix(".npz")
    reply = runtimes[release].request(
        {
            "op": "predict",
            "model": str(out),
            "inputs": str(truth),
            "objects": [str(companion)] if companion.exists() else [],
            "outputs": str(answers),
            "compile": False,
        }
    )
    assert "error" not in reply, reply
    with np.load(truth) as wanted, np.load(answers) as got:
        assert got["output_0"].shape == wanted["output_0"].shape
        largest = np.max(np.abs(wanted["output_0"]))
        return float(np.max(np.abs(got["output_0"] - wanted["output_0"])) / largest)


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", MODELS)
def test_models(name: str, tmp_path: Path, runtimes: RuntimePool) -> None:
    out = tmp_path / "out.h5"
    convert(FOLDER / name, out, "tf1.12", from_=saved_by(name))
    assert difference(out, (FOLDER / name).with_suffix(".npz"), runtimes) <= TOLERANCE


def saved_by(name: str) -> str | None:
    """TF 2.4 writes the same version as 2.3, and means something else by some of these."""
    return "tf2.3" if name.startswith("tf2.3/") else None


@pytest.mark.runtime("tf1.15")
@pytest.mark.parametrize("name", [name for name in MODELS if "activations" in name])
def test_activations_in_tf115(name: str, tmp_path: Path, runtimes: RuntimePool) -> None:
    out = tmp_path / "out.h5"
    convert(FOLDER / name, out, "tf1.15", from_=saved_by(name))
    assert difference(out, (FOLDER / name).with_suffix(".npz"), runtimes, "tf1.15") <= TOLERANCE


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", SAVED_MODELS)
def test_saved_models(name: str, saved_models: Path, tmp_path: Path, runtimes: RuntimePool) -> None:
    out = tmp_path / "out.h5"
    convert(saved_models / name, out, "tf1.12")
    assert difference(out, FOLDER / "tf2.3" / f"{name}.npz", runtimes) <= TOLERANCE


def from_checkpoint(name: str, out: Path) -> Report:
    path = FOLDER / name
    (weights,) = path.with_suffix("").glob("*.index")
    return convert(path, out, "tf1.12", weights=weights)


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", CHECKPOINTS)
def test_checkpoints(name: str, tmp_path: Path, runtimes: RuntimePool) -> None:
    out = tmp_path / "out.h5"
    from_checkpoint(name, out)
    assert difference(out, (FOLDER / name).with_suffix(".npz"), runtimes) <= TOLERANCE


def test_what_else_a_checkpoint_holds_is_named(tmp_path: Path) -> None:
    report = from_checkpoint("tf2.3/manager.json", tmp_path / "out.h5")
    named = [line.partition(" of the checkpoint")[0] for line in report.left_out]
    assert sorted(named) == [
        "mean (2 variables)",
        "optimizer (17 variables)",
        "save_counter (1 variable)",
        "step (1 variable)",
    ]


def test_a_checkpoint_of_another_architecture_is_not_taken(tmp_path: Path) -> None:
    document = json.loads((FOLDER / "tf2.3" / "manager.json").read_text())
    document["config"]["layers"][1]["config"]["units"] = 5
    path = tmp_path / "other.json"
    path.write_text(json.dumps(document))
    (weights,) = (FOLDER / "tf2.3" / "manager").glob("*.index")
    with pytest.raises(Exception, match="holds no weights that fit the layer") as caught:
        convert(path, tmp_path / "out.h5", "tf1.12", weights=weights)
    assert getattr(caught.value, "exit_status", 1) == 4


def verdicts(report: Report) -> dict[str, tuple[str, Verdict]]:
    return {row.path: (row.class_name, row.verdict) for row in report.layers}


def test_a_subclass_is_named(tmp_path: Path) -> None:
    report = convert(FOLDER / "tf2.3" / "subclass.h5", tmp_path / "out.h5", "tf1.12")
    (row,) = [row for row in report.layers if row.class_name == "CustomModel"]
    assert row.verdict is Verdict.EXACT
    assert "CustomModel is not built into tf2.3" in row.notes[0].text
    with h5py.File(tmp_path / "out.h5") as file:
        assert json.loads(file.attrs["model_config"])["class_name"] == "Model"
    inside = inspect(FOLDER / "tf2.3" / "subclasses_inside.h5")
    texts = [hazard.text for hazard in inside.hazards]
    assert texts == [
        "class CustomModel is not part of tf2.3",
        "class CustomStack is not part of tf2.3",
    ]
    whole = inspect(FOLDER / "tf2.3" / "subclass.h5")
    assert [hazard.text for hazard in whole.hazards] == ["class CustomModel is not part of tf2.3"]


def test_a_subclass_is_mapped(tmp_path: Path) -> None:
    source = FOLDER / "tf2.3" / "subclass.h5"
    options = Options(renamed={"CustomModel": "Model"})
    report = convert(source, tmp_path / "out.h5", "tf1.12", options=options)
    notes = [note.text for row in report.layers for note in row.notes]
    assert "CustomModel is written as Functional, as --map says" in notes
    options = Options(renamed={"CustomModel": "Sequential"})
    with pytest.raises(UsageError, match="is a graph of layers"):
        convert(source, tmp_path / "other.h5", "tf1.12", options=options)
    own = tmp_path / "own.py"
    own.write_text("import tensorflow as tf\nclass CustomModel(tf.keras.Model):\n    pass\n")
    convert(source, tmp_path / "own.h5", "tf1.12", options=Options(objects=(own,)))
    with h5py.File(tmp_path / "own.h5") as file:
        assert json.loads(file.attrs["model_config"])["class_name"] == "CustomModel"


def test_activations_become_layers(tmp_path: Path) -> None:
    source = FOLDER / "tf2.3" / "activations_of_images.h5"
    options = Options(stock_only=True)
    assert convert(source, tmp_path / "out.h5", "tf1.12", options=options).verdict is Verdict.EXACT
    with h5py.File(tmp_path / "out.h5") as file:
        layers = json.loads(file.attrs["model_config"])["config"]["layers"]
    classes = [layer["class_name"] for layer in layers]
    assert classes.count("PReLU") == 2
    assert "Activation" not in classes
    assert [layer["config"]["name"] for layer in layers][1:3] == ["conv2d_linear", "conv2d"]


def test_functions_stand_for_activations_of_recurrent_layers(tmp_path: Path) -> None:
    source = FOLDER / "tf2.3" / "activations_of_recurrent_layers.h5"
    convert(source, tmp_path / "out.h5", "tf1.12")
    text = (tmp_path / "out_objects.py").read_text()
    assert "def leaky_re_lu_activation(x):" in text
    assert "def leaky_re_lu_activation_2(x):" in text
    with pytest.raises(RefusedError):
        convert(source, tmp_path / "o.h5", "tf1.12", options=Options(stock_only=True))


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_any_release_that_may_have_written_it_gives_the_same(target: str, tmp_path: Path) -> None:
    report = convert(FOLDER / "tf2.2" / "masked_ways.h5", tmp_path / "out.h5", target)
    assert "tf2.1 would write the same; assuming tf2.2" in report.evidence


def _initializers_by_name(config: Any) -> None:
    """Their keys tell TF 1 from TF 2."""
    for key, value in config.items():
        if key.endswith("_initializer") and isinstance(value, dict):
            config[key] = value["class_name"]
        elif isinstance(value, dict):
            _initializers_by_name(value)


def test_where_they_differ_the_layer_is_named(tmp_path: Path) -> None:
    """Up to TF 1.15 the default of a missing ``reset_after`` is another than in TF 2.3."""
    path = tmp_path / "in.h5"
    path.write_bytes((FOLDER / "tf2.2" / "masked_ways.h5").read_bytes())
    with h5py.File(path, "r+") as file:
        config: Any = json.loads(file.attrs["model_config"])
        for layer in config["config"]["layers"]:
            if layer["class_name"] == "Bidirectional":
                layer["config"]["layer"]["config"].pop("recurrent_activation")
            _initializers_by_name(layer["config"])
        file.attrs["model_config"] = np.bytes_(json.dumps(config))
        # What TF 1.13 to 2.1 write.
        file.attrs["keras_version"] = np.bytes_("2.2.4-tf")
    with pytest.raises(UsageError) as caught:
        convert(path, tmp_path / "out.h5", "tf1.12")
    assert "it differs: layer" in caught.value.message
    assert "recurrent_activation" in caught.value.message
    assert caught.value.hint == (
        "say which release wrote the file: --from tf1.15 or --from tf2.1 or --from tf2.0"
    )


def test_a_transfer_does_not_ask_either(tmp_path: Path) -> None:
    source = FOLDER / "tf2.2" / "images.h5"
    convert(source, tmp_path / "rebuilt.h5", "tf1.12")
    transfer(source, tmp_path / "rebuilt.h5", tmp_path / "out.h5")
    with h5py.File(tmp_path / "rebuilt.h5") as one, h5py.File(tmp_path / "out.h5") as other:
        path = "model_weights/dense/dense/kernel:0"
        assert (one[path][()] == other[path][()]).all()


def test_a_release_that_is_not_known_is_read_as_another_on_request(tmp_path: Path) -> None:
    path = tmp_path / "in.h5"
    path.write_bytes((FOLDER / "tf2.3" / "subclass.h5").read_bytes())
    with h5py.File(path, "r+") as file:
        file.attrs["keras_version"] = np.bytes_("0.9.0")
    with pytest.raises(
        UsageError, match=r"keras_version '0\.9\.0' is not that of a known release"
    ) as caught:
        convert(path, tmp_path / "out.h5", "tf1.12")
    assert caught.value.hint.endswith("--from keras3.15")


def test_the_version_in_a_file_decides(tmp_path: Path) -> None:
    path = tmp_path / "in.h5"
    path.write_bytes((FOLDER / "tf2.3" / "subclass.h5").read_bytes())
    with h5py.File(path, "r+") as file:
        file.attrs["keras_version"] = np.bytes_("2.9.0")
    report = convert(path, tmp_path / "out.h5", "tf1.12")
    assert (report.source, report.evidence) == ("tf2.9", "keras_version 2.9.0")


def test_no_hint_names_a_release_that_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "in.h5"
    path.write_bytes((FOLDER / "tf2.3" / "subclass.h5").read_bytes())
    with h5py.File(path, "r+") as file:
        text: Any = file.attrs["model_config"]
        document = text if isinstance(text, str) else text.decode()
        file.attrs["model_config"] = np.bytes_(document.replace('"Dense"', '"TFOpLambda"'))
    with pytest.raises(RefusedError) as caught:
        convert(path, tmp_path / "out.h5", "tf1.12")
    assert caught.value.report is not None
    assert caught.value.report.source == "tf2.4"
    # RELEASE stands for one that the user knows; source is ported from what the file reads like.
    assert set(re.findall(r"--from ([\w.]+)", caught.value.hint)) == {"RELEASE", "tf2.4"}
