"""The registries of operations are those of the real releases."""

from __future__ import annotations

import lzma
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from keraport.graphs.registry import registry

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "src" / "keraport" / "graphs" / "registries"
CASES = [
    ("tf1.12", "op_registry.py", "1.12.pb.xz"),
    ("tf1.12", "kernel_registry.py", "1.12.kernels.xz"),
    ("tf1.15", "op_registry.py", "1.15.pb.xz"),
    ("tf1.15", "kernel_registry.py", "1.15.kernels.xz"),
    ("tf2.3", "op_registry.py", "2.3.pb.xz"),
    ("tf2.3", "kernel_registry.py", "2.3.kernels.xz"),
    ("tf2.15", "op_registry.py", "2.15.pb.xz"),
]


@pytest.mark.runtime("tf1.12", "tf1.15", "tf2.3", "tf2.15")
@pytest.mark.parametrize(("release", "script", "name"), CASES)
def test_a_real_release_lists_the_same(
    release: str, script: str, name: str, tmp_path: Path, runtime_python: Callable[[str], Path]
) -> None:
    listed = tmp_path / "listed"
    command = [runtime_python(release), ROOT / "tools" / script, listed]
    subprocess.run(command, check=True, capture_output=True)
    assert lzma.decompress((FOLDER / name).read_bytes()) == listed.read_bytes()


def test_what_is_asked_of_a_registry() -> None:
    older, newer = registry((1, 12)), registry((2, 3))
    assert "BatchMatMulV2" not in older
    assert newer["BatchMatMulV2"].is_stateful is False
    assert [arg.name for arg in newer["TensorListStack"].input_arg] == [
        "input_handle",
        "element_shape",
    ]
