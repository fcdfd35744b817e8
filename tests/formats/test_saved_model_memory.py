"""A large SavedModel is converted in little memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

MEGABYTES = 196
SAVE = """
import sys
import tensorflow as tf
for path, units in zip(sys.argv[1:3], (7168, 8)):
    dense = tf.keras.layers.Dense(units, input_shape=(units,), kernel_initializer="zeros")
    tf.keras.Sequential([dense]).save(path)
"""


def peak(*arguments: str) -> float:
    """Most memory of a process, in MB."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    command = [sys.executable, "-m", "keraport", *arguments]
    process = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(process, 0)
    assert status == 0
    return usage.ru_maxrss / 1024


@pytest.mark.runtime("tf2.3")
def test_200_megabytes(runtime_python: Callable[[str], Path], tmp_path: Path) -> None:
    large, small = tmp_path / "large", tmp_path / "small"
    command = [str(runtime_python("tf2.3")), "-c", SAVE, str(large), str(small)]
    subprocess.run(command, check=True, capture_output=True)
    out = tmp_path / "large.h5"
    needed = peak("convert", str(large), str(out), "--to", "tf1.12")
    assert out.stat().st_size > MEGABYTES << 20
    rest = peak("convert", str(small), str(tmp_path / "small.h5"), "--to", "tf1.12")
    assert needed - rest < 100
