"""Gradients that a program defined itself fail, as in TensorFlow 2, rather than being others."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from keraport.graphs.convert import convert_graph
from keraport.graphs.files import read_meta_graph
from keraport.graphs.own_gradients import NAME

HERE = Path(__file__).parent
ARCHIVE = HERE / "graph_models_tf2.3.tar.xz"
OWN, SWISH = "own_gradient", "safe_arithmetic"
"""Programs: the one defines gradients, the other calls ``tf.nn.swish``."""


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both, carried over."""
    folder = tmp_path_factory.mktemp("own_gradients")
    with tarfile.open(ARCHIVE) as archive:
        wanted = [item for item in archive if item.name.partition("/")[0] in (OWN, SWISH)]
        archive.extractall(folder, wanted, filter="data")
    found = {name: folder / f"{name}_carried" for name in (OWN, SWISH)}
    for name, output in found.items():
        convert_graph(folder / name, output, "tf1.12")
    return found


@pytest.mark.parametrize(("name", "count"), [(OWN, 2), (SWISH, 0)])
def test_names_of_gradients_stay(name: str, count: int, carried: dict[str, Path]) -> None:
    nodes = read_meta_graph(carried[name]).graph_def.node
    assert any(node.op == "IdentityN" for node in nodes)
    assert sum(node.op == "IdentityN" and NAME in node.attr for node in nodes) == count


@pytest.mark.runtime("tf1.12")
def test_tensorflow_1_says_that_it_lacks_the_gradient(
    carried: dict[str, Path], runtime_python: Callable[[str], Path]
) -> None:
    done = subprocess.run(
        [runtime_python("tf1.12"), HERE / "gradient_in_tf112.py", carried[OWN]],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("LookupError: No gradient defined for operation"), done
