"""Layers of the companion that prepare data: what predictions do not show, in the real releases."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keraport.catalog.releases import get_release
from keraport.companion.write import companion_source

PROBE = Path(__file__).with_name("probe_preprocessing.py")
NAMES = (
    *("DenseFeatures", "Hashing", "RandomContrast", "RandomCrop", "RandomFlip", "RandomHeight"),
    *("RandomRotation", "RandomTranslation", "RandomWidth", "RandomZoom"),
)

Array = Any


def ask(python: Path, folder: Path) -> Any:
    answer = folder / "answer.json"
    run = subprocess.run(
        [str(python), str(PROBE), str(folder), str(answer)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(answer.read_text())


@pytest.fixture(scope="module")
def found(runtime_python: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("companion")
    source = companion_source(NAMES, folder / "out.h5", get_release("tf1.12"), "load")
    (folder / "out_objects.py").write_text(source, encoding="utf-8")
    return ask(runtime_python("tf1.12"), folder)


@pytest.fixture(scope="module")
def real(runtime_python: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Any:
    return ask(runtime_python("tf2.3"), tmp_path_factory.mktemp("real"))


@pytest.mark.runtime("tf1.12", "tf2.3")
def test_projections_are_those_of_tf23(found: Any, real: Any) -> None:
    assert len(real["projected"]) == 72
    for name, wanted in real["projected"].items():
        np.testing.assert_allclose(found["projected"][name], wanted, atol=1e-4, err_msg=name)


@pytest.mark.runtime("tf1.12", "tf2.3")
def test_crossed_hashes_are_those_of_tf23(found: Any, real: Any) -> None:
    assert found["crossed"] == real["crossed"]
    assert len({number for numbers in real["crossed"] for number in numbers}) > 400


@pytest.mark.runtime("tf1.12")
def test_words_are_found_in_a_large_vocabulary(found: Any) -> None:
    assert found["ids"] == [*range(999, -1, -1), -7, -7]
    assert found["numbers"] == [-1, 1, 0]


RANDOM = (
    *("contrast", "crop", "flip", "flip both", "height", "rotation", "translation"),
    *("width", "zoom"),
)


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", RANDOM)
def test_random_layers_change_images_only_while_they_train(name: str, found: Any) -> None:
    images = np.array(found["images"])
    once, again, idle = (
        np.array(found["random"][name][key]) for key in ("once", "again", "at inference")
    )
    assert len(once) == len(images)
    assert once.shape[3] == 2
    if name != "crop":
        np.testing.assert_array_equal(idle, images)
        assert once.shape != images.shape or np.abs(once - images).max() > 0.01
    if name not in ("height", "width", "crop"):
        assert np.abs(once - again).max() > 0.001


def changed(found: Any, name: str) -> Array:
    return np.array(found["random"][name]["once"])


@pytest.mark.runtime("tf1.12")
def test_flips_mirror_each_image_alone(found: Any) -> None:
    images = np.array(found["images"])
    for name, ways in (
        ("flip", [(1, 1), (1, -1)]),
        ("flip both", [(1, 1), (1, -1), (-1, 1), (-1, -1)]),
    ):
        for image, result in zip(images, changed(found, name), strict=True):
            assert any(np.array_equal(result, image[::up, ::left]) for up, left in ways)


@pytest.mark.runtime("tf1.12")
def test_crops_are_windows(found: Any) -> None:
    images, results = np.array(found["images"]), changed(found, "crop")
    windows = [images[:, y : y + 4, x : x + 3] for y in range(5) for x in range(5)]
    assert sum(np.array_equal(results, window) for window in windows) == 1


@pytest.mark.runtime("tf1.12")
def test_contrast_is_scaled_around_the_mean_of_each_channel(found: Any) -> None:
    images, results = np.array(found["images"]), changed(found, "contrast")
    means = images.mean((1, 2), keepdims=True)
    factors = (results - means) / (images - means)
    middle = np.median(factors)
    assert 0.7 <= middle <= 1.9
    np.testing.assert_allclose(results, (images - means) * middle + means, atol=1e-5)


@pytest.mark.runtime("tf1.12")
def test_sizes_lie_within_their_bounds(found: Any) -> None:
    assert changed(found, "height").shape[1] in (4, 5, 6)
    assert changed(found, "height").shape[2] == 7
    assert changed(found, "width").shape[2] in range(9, 14)
    assert changed(found, "width").shape[1] == 8
