"""From file to file: what cannot mean anything, and what is never touched."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import pytest

from keraport.catalog import releases
from keraport.convert import Options, check, convert, plan
from keraport.errors import (
    ForeignFileError,
    KeraportError,
    OutputError,
    RefusedError,
    UnknownReleaseError,
    UsageError,
)
from keraport.formats import read
from keraport.model import Format
from keraport.report import Verdict

GOLDEN = Path(__file__).parent / "golden" / "tf2.3"
DENSE = GOLDEN / "dense_functional.h5"
OWN = GOLDEN / "refused" / "custom_layer.h5"
EXPONENTIAL = GOLDEN / "exponential.h5"
MIXED = GOLDEN / "mixed_float16.h5"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an input, and nothing else."""
    shutil.copy(DENSE, tmp_path / "in.h5")
    return tmp_path


@pytest.fixture
def architecture(folder: Path) -> Path:
    """The input's architecture in JSON beside it."""
    with h5py.File(folder / "in.h5") as file:
        config: Any = file.attrs["model_config"]
        version: Any = file.attrs["keras_version"]
    text = config if isinstance(config, str) else config.decode()
    mark = version if isinstance(version, str) else version.decode()
    document = {**json.loads(text), "keras_version": mark, "backend": "tensorflow"}
    path = folder / "in.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fails(kind: type[KeraportError], text: str, *given: Any, **options: Any) -> KeraportError:
    with pytest.raises(kind, match=text) as caught:
        convert(*given, **options)
    assert caught.value.hint
    return caught.value


def test_a_model_is_written(folder: Path) -> None:
    before = (folder / "in.h5").read_bytes()
    report = convert(folder / "in.h5", folder / "out.h5", "tf1.12")
    assert report.verdict is Verdict.EXACT
    assert (report.source, report.target) == ("tf2.3", "tf1.12")
    assert report.written == ("out.h5",)
    assert report.load == 'tf.keras.models.load_model("out.h5")'
    assert names(folder) == ["in.h5", "out.h5"]
    assert (folder / "in.h5").read_bytes() == before
    again = read(folder / "out.h5")
    assert again.producer.keras_version == "2.1.6-tf"
    assert again.model is not None
    assert again.model.class_name == "Model"


def test_paths_may_be_text(folder: Path) -> None:
    convert(str(folder / "in.h5"), str(folder / "out.h5"), "tf1.12")
    assert names(folder) == ["in.h5", "out.h5"]


def test_a_companion_appears_with_the_model(folder: Path) -> None:
    report = convert(EXPONENTIAL, folder / "out.h5", "tf1.12")
    assert report.written == ("out_objects.py", "out.h5")
    source = (folder / "out_objects.py").read_text(encoding="utf-8")
    assert report.load in source
    assert "from out_objects import custom_objects" in report.load
    assert "TensorFlow 1.12.0" in source


@pytest.mark.parametrize("release", ["tf0.9", "", "../tf1.12", "keras"])
def test_an_unknown_release(release: str, folder: Path) -> None:
    fails(UnknownReleaseError, "unknown release", folder / "in.h5", folder / "out.h5", release)
    fails(
        UnknownReleaseError,
        "unknown release",
        folder / "in.h5",
        folder / "out.h5",
        "tf1.12",
        from_=release,
    )
    assert names(folder) == ["in.h5"]


def test_a_release_that_is_not_described(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        replace(row, described=False) if row.id == "tf2.15" else row
        for row in releases.all_releases()
    ]
    monkeypatch.setattr(releases, "all_releases", lambda: rows)
    paths = folder / "in.h5", folder / "out.h5"
    error = fails(UsageError, "from or to tf2.15 is not supported yet", *paths, "tf2.15")
    assert "keraport releases" in error.hint
    fails(UsageError, "from or to tf2.15", *paths, "tf1.12", from_="tf2.15")
    assert names(folder) == ["in.h5"]


@pytest.mark.parametrize("name", ["out", "out.onnx", "out.pb"])
def test_a_suffix_that_says_nothing(name: str, folder: Path) -> None:
    fails(UsageError, "names no format", folder / "in.h5", folder / name, "tf1.12")
    assert names(folder) == ["in.h5"]
    report = convert(folder / "in.h5", folder / name, "tf1.12", file_format=Format.HDF5)
    assert report.written == (name,)


def test_weights_alone(folder: Path) -> None:
    weights = folder / "w.h5"
    with h5py.File(folder / "in.h5") as source, h5py.File(weights, "w") as target:
        for name in source["model_weights"]:
            source.copy(source["model_weights"][name], target, name)
        for key, value in source["model_weights"].attrs.items():
            target.attrs[key] = value
    error = fails(UsageError, "holds weights only", weights, folder / "out.h5", "tf1.12")
    assert "--weights" in error.hint
    assert not (folder / "out.h5").exists()


def test_an_architecture_without_weights_is_no_model(folder: Path, architecture: Path) -> None:
    fails(UsageError, "without weights", architecture, folder / "out.h5", "tf1.12")
    assert not (folder / "out.h5").exists()
    report = convert(architecture, folder / "out.json", "tf1.12")
    assert report.load == 'model = tf.keras.models.model_from_json(open("out.json").read())'
    document = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    assert document["class_name"] == "Model"
    assert document["keras_version"] == "2.1.6-tf"


def test_an_architecture_written_from_a_model_has_its_weights_beside_it(folder: Path) -> None:
    report = convert(folder / "in.h5", folder / "out.json", "tf1.12")
    assert report.written == ("out.h5", "out.json")
    assert report.load.endswith('; model.load_weights("out.h5")')
    assert read(folder / "out.h5").format is Format.HDF5_WEIGHTS


def test_weights_take_the_place_of_those_in_a_model(folder: Path) -> None:
    source, others = folder / "in.h5", folder / "others.h5"
    others.write_bytes(source.read_bytes())
    with h5py.File(others, "a") as file:
        values = file["model_weights/dense/dense/kernel:0"]
        values[...] = values[...] + 1
        wanted = values[...].tobytes()
    report = convert(source, folder / "o.h5", "tf1.12", weights=others)
    (told,) = report.left_out
    assert told.startswith("the weights of in.h5 itself, and what its optimizer keeps for them: ")
    assert told.endswith("those of others.h5 are taken")
    with h5py.File(folder / "o.h5") as file:
        assert file["model_weights/dense/dense/kernel:0"][...].tobytes() == wanted


def test_a_release_that_contradicts_the_file_is_believed_and_reported(folder: Path) -> None:
    """``--from`` wins; what speaks against it stands in the evidence."""
    report = check(folder / "in.h5", "tf1.12", from_="tf1.15")
    assert report.source == "tf1.15"
    assert "2.4.0" in report.evidence
    assert report.evidence != check(folder / "in.h5", "tf1.12", from_="tf2.3").evidence


def test_a_file_that_is_none(folder: Path) -> None:
    (folder / "text.h5").write_text("hello", encoding="utf-8")
    fails(ForeignFileError, "text.h5", folder / "text.h5", folder / "out.h5", "tf1.12")
    fails(UsageError, "gone.h5", folder / "gone.h5", folder / "out.h5", "tf1.12")
    assert names(folder) == ["in.h5", "text.h5"]


def test_a_refusal_writes_nothing(folder: Path) -> None:
    before = OWN.read_bytes()
    error = fails(RefusedError, "cannot be expressed in tf1.12", OWN, folder / "o.h5", "tf1.12")
    assert isinstance(error, RefusedError)
    assert error.report is not None
    assert error.report.refusals
    assert names(folder) == ["in.h5"]
    assert OWN.read_bytes() == before


def test_a_refusal_keeps_the_output_of_before(folder: Path) -> None:
    (folder / "out.h5").write_bytes(b"before")
    fails(RefusedError, "cannot be expressed", OWN, folder / "out.h5", "tf1.12", force=True)
    assert (folder / "out.h5").read_bytes() == b"before"


def test_checking_raises_no_refusal_and_writes_nothing(folder: Path) -> None:
    report = check(OWN, "tf1.12")
    assert report.verdict is Verdict.REFUSED
    assert report.refusals
    assert all(any(note.hint for note in row.notes) for row in report.refusals)
    assert report.load == ""
    assert report.written == ()
    assert names(folder) == ["in.h5"]


def test_stock_only(folder: Path) -> None:
    options = Options(stock_only=True)
    fails(
        RefusedError,
        "cannot be expressed",
        EXPONENTIAL,
        folder / "out.h5",
        "tf1.12",
        options=options,
    )
    assert names(folder) == ["in.h5"]
    convert(folder / "in.h5", folder / "out.h5", "tf1.12", options=options)


def test_approximations_are_asked_for(folder: Path) -> None:
    error = fails(RefusedError, "approximated", MIXED, folder / "out.h5", "tf1.12")
    assert "--allow approximate" in error.hint
    assert names(folder) == ["in.h5"]
    options = Options(allow_approximate=True)
    report = convert(MIXED, folder / "out.h5", "tf1.12", options=options)
    assert report.verdict is Verdict.APPROXIMATE


def test_an_output_that_exists(folder: Path) -> None:
    (folder / "out.h5").write_bytes(b"before")
    fails(OutputError, "out.h5", folder / "in.h5", folder / "out.h5", "tf1.12")
    assert (folder / "out.h5").read_bytes() == b"before"
    convert(folder / "in.h5", folder / "out.h5", "tf1.12", force=True)
    assert (folder / "out.h5").read_bytes() != b"before"


@pytest.mark.parametrize("force", [False, True])
def test_the_input_is_never_the_output(folder: Path, force: bool) -> None:
    before = (folder / "in.h5").read_bytes()
    fails(OutputError, "in.h5", folder / "in.h5", folder / "in.h5", "tf1.12", force=force)
    assert (folder / "in.h5").read_bytes() == before
    assert names(folder) == ["in.h5"]


def test_the_users_own_classes(folder: Path) -> None:
    custom = GOLDEN / "refused" / "custom_layer.h5"
    fails(RefusedError, "cannot be expressed", custom, folder / "out.h5", "tf1.12")
    objects = folder / "mine.py"
    found = {row.class_name for row in check(custom, "tf1.12").refusals}
    objects.write_text(
        "".join(f"class {name}(tf.keras.layers.Layer): pass\n" for name in found), encoding="utf-8"
    )
    options = Options(objects=(objects,))
    report = convert(custom, folder / "out.h5", "tf1.12", options=options)
    assert report.load.startswith(f"from mine import {', '.join(sorted(found))};")
    assert "mine" not in report.written


def test_objects_that_are_no_source(folder: Path) -> None:
    (folder / "mine.py").write_text("class (", encoding="utf-8")
    options = Options(objects=(folder / "mine.py",))
    paths = folder / "in.h5", folder / "out.h5"
    fails(UsageError, "no Python source", *paths, "tf1.12", options=options)
    assert not (folder / "out.h5").exists()


def test_planning_tells_what_converting_does(folder: Path) -> None:
    conversion = plan(folder / "in.h5", "tf1.12")
    assert conversion.target.id == "tf1.12"
    report = convert(folder / "in.h5", folder / "out.h5", "tf1.12")
    assert conversion.report.layers == report.layers
