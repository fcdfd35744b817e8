"""Keras models as graphs predict the same in real TensorFlow 1.12."""

from __future__ import annotations

import itertools
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.as_graph.calls import Arrays, Case, carry_and_call, differs

from keraport.graphs.files import read_meta_graph

TESTS = Path(__file__).parents[1]
ARCHIVE = TESTS / "formats" / "golden" / "saved_models_tf2.3.tar.xz"
RECORDED = TESTS / "golden" / "tf2.3"
with tarfile.open(ARCHIVE) as _archive:
    _found = {item.name.partition("/")[0] for item in _archive}
NAMES = sorted(name for name in _found if (RECORDED / f"{name}.npz").exists())
MISREAD = frozenset({"shared_misread"})
"""TensorFlow 2.3 reads the HDF5 file of this one otherwise than it was saved, so the directory that
it wrote then has other weights than the recorded outputs are of."""


def recorded(name: str) -> tuple[list[np.ndarray[Any, Any]], list[np.ndarray[Any, Any]]]:
    """What was fed and what came out, in the order of the model."""
    with np.load(RECORDED / f"{name}.npz") as file:
        given = {key: file[key] for key in file.files}
    sides = ("input_", "output_")
    inputs, outputs = ([v for k, v in given.items() if k.startswith(side)] for side in sides)
    return inputs, outputs


def feeds(source: Path, inputs: list[np.ndarray[Any, Any]]) -> Iterator[tuple[str, Arrays]]:
    """All ways to give the inputs to the names of the signature, which do not say the order."""
    signature = read_meta_graph(source).signature_def["serving_default"]
    for order in itertools.permutations(inputs):
        pairs = dict(zip(sorted(signature.inputs), order, strict=True))
        sizes = {key: [dim.size for dim in signature.inputs[key].tensor_shape.dim] for key in pairs}
        if all(
            len(sizes[key]) == value.ndim
            and all(size in (-1, have) for size, have in zip(sizes[key], value.shape, strict=True))
            for key, value in pairs.items()
        ):
            yield "serving_default", pairs


@pytest.fixture(scope="module")
def called(
    tmp_path_factory: pytest.TempPathFactory, runtime_python: Callable[[str], Path]
) -> dict[str, Case]:
    """All models, carried over and called."""
    folder = tmp_path_factory.mktemp("golden")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    cases = {
        name: Case(folder / name, [*feeds(folder / name, recorded(name)[0])]) for name in NAMES
    }
    carry_and_call(cases, runtime_python("tf1.12"), tmp_path_factory.mktemp("carried"))
    return cases


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", NAMES)
def test_predictions_agree(name: str, called: dict[str, Case]) -> None:
    case = called[name]
    assert not case.refused
    assert not case.problem
    _, outputs = recorded(name)
    wrong = []
    for number in range(len(case.calls)):
        results = [v for k, v in case.found.items() if k.startswith(f"{number}|")]
        wrong.append(
            [value for value in outputs if all(differs(result, value) for result in results)]
        )
    assert wrong
    assert any(not item for item in wrong) is (name not in MISREAD)
