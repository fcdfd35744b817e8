"""Marks in what is written: those of the target release, and that keraport wrote it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import h5py
import pytest
from tests.stock import Job, differences, wrong

from keraport.catalog.detect import detect
from keraport.cli.main import run
from keraport.convert import Options, convert
from keraport.errors import UsageError
from keraport.formats import read
from keraport.inspection.inspect import inspect
from keraport.model import Format
from keraport.version import VERSION

GOLDEN = Path(__file__).parent / "golden"
SOURCE = GOLDEN / "tf2.3" / "batch_normalization.h5"
MARK = f"keraport {version('keraport')} from tf2.3"
FORMATS = {
    "keras2.2": ("h5", "json", "weights-h5"),
    "tf1.12": ("h5", "json", "weights-h5", "savedmodel-1.x"),
    "tf2.15": ("h5", "json", "weights-h5", "keras", "weights.h5"),
    "tf_keras2.21": ("h5", "json", "weights-h5", "keras", "weights.h5"),
    "keras3.0": ("json", "keras", "weights.h5"),
    "keras3.15": ("h5", "json", "weights-h5", "keras", "weights.h5"),
}
"""What each release reads. Keras 3.0 reads no HDF5 of ours but weights beside an architecture."""
SUFFIX = {"h5": ".h5", "json": ".json", "weights-h5": "_w.h5", "keras": ".keras"}
VERSIONS = {
    "keras2.2": "2.2.4",
    "tf1.12": "2.1.6-tf",
    "tf2.15": "2.15.0",
    "tf_keras2.21": "2.21.0",
    "keras3.0": "3.0.5",
    "keras3.15": "3.15.1",
}
"""What ``keras.__version__`` of these releases is."""

ALL = [(target, kind) for target, kinds in FORMATS.items() for kind in kinds]


def converted(folder: Path, target: str, kind: str, source: Path = SOURCE) -> tuple[Path, str]:
    """A file of that format, and the line that loads it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"m{SUFFIX.get(kind, f'.{kind}' if kind == 'weights.h5' else '')}"
    load = convert(source, path, target, file_format=Format(kind)).load
    if kind in ("weights.h5", "weights-h5"):
        beside = convert(source, folder / "beside.json", target).load.split("; ")
        load = "; ".join([*beside[:-1], load])
    return path, load


def marks(path: Path) -> dict[str, str]:
    """All marks in a file, as they stand there."""
    if path.is_dir():
        path = path / "assets" / "saved_model.json"
    if path.suffix == ".json":
        document = json.loads(path.read_text("utf-8"))
        return {k: v for k, v in document.items() if isinstance(v, str) and "class" not in k}
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as archive:
            found: dict[str, str] = json.loads(archive.read("metadata.json"))
        return found
    with h5py.File(path) as file:
        return {
            key: value.decode()
            for key, value in file.attrs.items()
            if isinstance(value, bytes) and "config" not in key
        }


@pytest.mark.parametrize(("target", "kind"), ALL)
def test_marks_are_those_of_the_target(target: str, kind: str, tmp_path: Path) -> None:
    path, _ = converted(tmp_path, target, kind)
    found = marks(path)
    assert found.pop("converted_by") == MARK
    modules = {found.pop(key, "") for key in ("module", "registered_name")}
    assert all("keras3" in target for module in modules if module)
    version_of_target = VERSIONS[target]
    expected = {"keras_version": version_of_target, "backend": "tensorflow"}
    if kind == "weights.h5":
        expected = {}
    if kind == "keras":
        del expected["backend"]
    assert found == expected


@pytest.mark.parametrize("target", FORMATS)
def test_stock_loaders_pass_over_it(
    target: str, tmp_path: Path, runtime_python: Callable[[str], Path]
) -> None:
    """Every format of every line, opened by the line that is printed, with the same predictions."""
    python = runtime_python(target)
    jobs = {}
    for kind in FORMATS[target]:
        path, load = converted(tmp_path / kind, target, kind)
        assert marks(path)["converted_by"] == MARK
        jobs[kind] = Job(str(path.parent), load, str(SOURCE.with_suffix(".npz")))
    found = dict(zip(jobs, differences(python, list(jobs.values()), tmp_path), strict=True))
    assert wrong(found) == {}


@pytest.mark.parametrize(
    ("target", "module"),
    [
        ("tf2.15", "keras.src.engine.functional"),
        ("tf_keras2.21", "tf_keras.src.engine.functional"),
        ("keras3.15", "keras.src.models.functional"),
    ],
)
def test_archives_name_the_modules_of_their_line(target: str, module: str, tmp_path: Path) -> None:
    """Taken from archives that these releases wrote."""
    convert(GOLDEN / "tf2.3" / "nested_functional.h5", tmp_path / "m.keras", target)
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        document = json.loads(archive.read("config.json"))
    inner = [item for item in document["config"]["layers"] if item["class_name"] == "Functional"]
    assert inner
    found = {(item["module"], item["registered_name"]) for item in (document, *inner)}
    assert found == {(module, "Functional")}


def test_the_backend_is_that_of_the_target(tmp_path: Path) -> None:
    convert(SOURCE, tmp_path / "m.h5", "keras3.15", options=Options(backend="jax"))
    assert marks(tmp_path / "m.h5")["backend"] == "jax"
    with h5py.File(tmp_path / "m.h5") as file:
        assert file["model_weights"].attrs["backend"] == b"jax"
    assert detect(read(tmp_path / "m.h5")).release.id == "keras3.15"


@pytest.mark.parametrize(("target", "kind"), [x for x in ALL if "weights" not in x[1]])
def test_read_back_it_is_of_the_target(target: str, kind: str, tmp_path: Path) -> None:
    """The release is told by its own marks; who converted it tells nothing."""
    path, _ = converted(tmp_path, target, kind)
    release = detect(read(path)).release
    # Neighbours that write the same version are told apart by what else the file has.
    assert VERSIONS[target] in release.keras_version
    with_mark = inspect(path)
    assert with_mark.converted_by == (version("keraport"), "tf2.3")
    assert with_mark.release == release.id


def test_the_mark_alone_decides_nothing(tmp_path: Path) -> None:
    """A file that says it came from elsewhere is read as what its own marks say."""
    path = tmp_path / "m.h5"
    path.write_bytes(SOURCE.read_bytes())
    plain = detect(read(path))
    with h5py.File(path, "a") as file:
        file.attrs["converted_by"] = b"keraport 0.1.0 from keras3.15"
    assert detect(read(path)) == plain
    # Another tool's attribute of that name, of whatever kind.
    with h5py.File(path, "a") as file:
        file.attrs["converted_by"] = [1.5, 2.5]
    assert read(path).producer.converted_by == ""


def test_inspect_shows_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    convert(SOURCE, tmp_path / "m.keras", "keras3.15")
    assert run(["inspect", str(tmp_path / "m.keras")]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert f"converted by keraport {version('keraport')} from TensorFlow 2.3.0" in shown
    assert run(["inspect", str(SOURCE)]) == 0
    assert "converted by" not in capsys.readouterr().out
    assert inspect(SOURCE).to_json()["converted_by"] is None


def test_dates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No clock is read: the date is given, or that of an archive that is converted, or none."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    convert(SOURCE, tmp_path / "a.keras", "tf2.15")
    assert "date_saved" not in marks(tmp_path / "a.keras")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    convert(SOURCE, tmp_path / "b.keras", "tf2.15")
    assert marks(tmp_path / "b.keras")["date_saved"] == "2023-11-14@22:13:20"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    convert(tmp_path / "b.keras", tmp_path / "c.keras", "keras3.15")
    assert marks(tmp_path / "c.keras")["date_saved"] == "2023-11-14@22:13:20"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(UsageError, match="'yesterday', expected seconds"):
        convert(SOURCE, tmp_path / "d.keras", "tf2.15")
    assert not (tmp_path / "d.keras").exists()


def test_the_version_is_that_of_the_package() -> None:
    assert version("keraport") == VERSION
