"""SavedModels of TensorFlow 1.12 to 2.15 hold what those releases report.

``tools/build_small_saved_models.py`` made them in each release; ``tools/pack_saved_models.py``
packed the directories.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import numpy as np
import pytest

from keraport.errors import ForeignFileError
from keraport.formats import read
from keraport.formats.sources import Sources
from keraport.inspection.inspect import inspect
from keraport.model import Format

ARCHIVE = Path(__file__).parent / "golden" / "saved_models_of_releases.tar.xz"
RELEASES = {
    "tf1.12": "2.1.6-tf",
    "tf1.15": "2.2.4-tf",
    "tf2.0": "2.2.4-tf",
    "tf2.4": "2.4.0",
    "tf2.8": "2.8.0",
    "tf2.15": "2.15.0",
}
"""The mark that each release leaves in its files."""
MODELS = ("dense", "normalised", "recurrent", "nested")
CASES = [
    *((release, name) for release in RELEASES if release != "tf1.12" for name in MODELS),
    *((release, f"{name}_1x") for release in ("tf1.12", "tf1.15") for name in MODELS),
]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All directories, as they were saved, by release."""
    made = tmp_path_factory.mktemp("saved-models-of-releases")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(made, filter="data")
    return made


def place(folder: Path, release: str, name: str) -> Path:
    """TF 1.12 puts what it saves into a directory called after the time of day."""
    return folder / release / name / ("1" if release == "tf1.12" else "")


@pytest.mark.parametrize(("release", "name"), CASES)
def test_weights_are_what_the_release_reports(release: str, name: str, folder: Path) -> None:
    found = read(place(folder, release, name))
    assert found.format is (Format.SAVED_MODEL_1X if name.endswith("_1x") else Format.SAVED_MODEL)
    assert found.producer.keras_version == RELEASES[release]
    assert found.model is not None
    with Sources() as sources:
        ours = {
            f"{group.layer}/{number}": sources.values(weight)
            for group in found.groups
            for number, weight in enumerate(group.weights)
        }
    with np.load(folder / release / f"{name.removesuffix('_1x')}.npz") as truth:
        assert ours.keys() == set(truth.files)
        for key in truth.files:
            assert ours[key].dtype == truth[key].dtype
            assert ours[key].shape == truth[key].shape
            assert ours[key].tobytes() == truth[key].tobytes(), key


@pytest.mark.parametrize("release", ["tf2.4", "tf2.15"])
def test_training_is_read(release: str, folder: Path) -> None:
    training = read(folder / release / "dense").training
    assert training is not None
    assert training.optimizer is not None
    # TensorFlow 2.15 writes "Custom>Adam", in HDF5 files, too.
    assert training.optimizer.class_name.rpartition(">")[2] == "Adam"
    assert training.loss == "mse"


@pytest.mark.parametrize("release", [name for name in RELEASES if name != "tf1.12"])
def test_it_is_inspected(release: str, folder: Path) -> None:
    found = inspect(folder / release / "recurrent")
    assert found.format == "savedmodel"
    assert [layer.class_name for layer in found.layers[:2]] == ["InputLayer", "Embedding"]


def test_a_directory_of_versions_is_named(folder: Path) -> None:
    with pytest.raises(ForeignFileError, match="by version") as refused:
        read(folder / "tf1.12" / "dense_1x")
    assert refused.value.hint == f"give {folder / 'tf1.12' / 'dense_1x' / '1'}"
