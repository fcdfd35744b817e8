"""Imports of the user's own files that a process with nothing but the target lacks are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from keraport.catalog.bare import lacks
from keraport.catalog.releases import get_release
from keraport.convert import Options, check

MODEL = Path(__file__).parent / "own_classes" / "second.h5"
CLASS = (
    "\n\nclass Second(tf.keras.layers.Layer):\n    def call(self, inputs):\n        return inputs\n"
)


def notes(tmp_path: Path, text: str, files: dict[str, str] | None = None) -> list[str]:
    path = tmp_path / "mine.py"
    path.write_text(f"import tensorflow as tf\n{text}{CLASS}", encoding="utf-8")
    for name, content in (files or {}).items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    report = check(MODEL, "tf1.12", options=Options(objects=(path,)))
    [layer] = [row for row in report.layers if row.path == "second"]
    return [note.text for note in layer.notes if ".py:" in note.text]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import scipy.special", "import scipy.special: TensorFlow 1.12.0 does not bring scipy"),
        ("from librosa import filters", "does not bring librosa: install it where the output is"),
        ("import tensorflow_addons as tfa", "tensorflow_addons, which needs TensorFlow 2"),
        ("def f():\n    import keras", "keras, another package than tf.keras"),
        ("from tensorflow.python.keras.utils import tf_utils", "is private"),
        (
            "def f():\n    from tensorflow.keras.layers import Attention",
            "tf.keras.layers.Attention is not in TensorFlow 1.12.0",
        ),
        ("import dataclasses", "dataclasses came with Python 3.7"),
        ("def f():\n    import pandas", "does not bring pandas"),
    ],
)
def test_what_is_lacking(text: str, told: str, tmp_path: Path) -> None:
    [note] = notes(tmp_path, text)
    assert note.startswith(f"mine.py:{2 + text.count(chr(10))}: ")
    assert told in note


@pytest.mark.parametrize(
    "text",
    [
        "import os, json, math, functools",
        "import numpy as np\nimport h5py\nimport six",
        "from tensorflow.keras import backend as K\nfrom tensorflow.keras.layers import Dense",
        "import tensorflow.keras.layers as kl",
        "try:\n    import scipy\nexcept ImportError:\n    scipy = None",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas",
        "import beside",
    ],
)
def test_what_is_there(text: str, tmp_path: Path) -> None:
    assert notes(tmp_path, text, {"beside.py": "factor = 2\n"}) == []


def test_modules_that_the_file_is_made_of_count(tmp_path: Path) -> None:
    [note] = notes(
        tmp_path, "import beside", {"beside.py": "import more\n", "more.py": "import cv2"}
    )
    assert note.startswith("more.py:1: import cv2: ")


def test_each_release_has_its_own() -> None:
    assert lacks("scipy", "", get_release("tf1.12"))
    assert not lacks("scipy", "", get_release("tf2.3"))
