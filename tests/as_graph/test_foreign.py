"""Programs of TensorFlow 2.3 that are no Keras models compute the same in real TensorFlow 1.12."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.as_graph.calls import Arrays, Case, carry_and_call, differs

from keraport.graphs.registry import registry
from keraport.graphs.rules import RULES

ARCHIVE = Path(__file__).parent / "graph_models_tf2.3.tar.xz"
with tarfile.open(ARCHIVE) as _archive:
    NAMES = sorted({item.name.partition("/")[0] for item in _archive})
REFUSED = {
    "refused_forked_list": {"TensorListSetItem"},
    "refused_functions": {"Dawsn", "MatrixSquareRoot", "NextAfter"},
    "refused_ngrams": {"StringNGrams"},
    "refused_ragged_map": {"RaggedTensorFromVariant", "RaggedTensorToVariant"},
    "refused_random": {
        "StatelessRandomGammaV2",
        "StatelessRandomUniformFullInt",
        "StatelessRandomUniformInt",
    },
    "refused_tridiagonal": {"Lu", "TridiagonalMatMul"},
    "refused_unicode": {"Substr", "UnicodeDecode", "UnicodeEncode"},
}
"""Programs with operations that TensorFlow 1.12 has nothing for."""

UNTRIED = {"MatrixDiagPartV2", "MatrixDiagV2", "MatrixSetDiagV2"}
"""Rules of operations that TensorFlow 2.3 registers, and does not write."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the programs are."""
    place = tmp_path_factory.mktemp("graphs")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(place, filter="data")
    return place


def recorded(source: Path) -> tuple[list[tuple[str, Arrays]], Arrays]:
    """Signatures with what was fed, and what TensorFlow 2.3 gave as ``NUMBER|KEY``."""
    calls: dict[int, tuple[str, Arrays]] = {}
    expected: Arrays = {}
    with np.load(source / "calls.npz") as file:
        for name in file.files:
            number, signature, way, key = name.split("|")
            _, given = calls.setdefault(int(number), (signature, {}))
            if way == "in":
                given[key] = file[name]
            else:
                expected[f"{number}|{key}"] = file[name]
    return [calls[number] for number in sorted(calls)], expected


@pytest.fixture(scope="module")
def called(
    folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    runtime_python: Callable[[str], Path],
) -> dict[str, Case]:
    """All programs, carried over and called."""
    cases = {name: Case(folder / name, recorded(folder / name)[0]) for name in NAMES}
    carry_and_call(cases, runtime_python("tf1.12"), tmp_path_factory.mktemp("carried"))
    return cases


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", [name for name in NAMES if name not in REFUSED])
def test_every_signature_computes_the_same(name: str, called: dict[str, Case]) -> None:
    case = called[name]
    assert not case.refused
    assert not case.problem
    _, expected = recorded(case.source)
    assert case.found.keys() == expected.keys()
    wrong = {key: differs(case.found[key], value) for key, value in expected.items()}
    assert not {key: text for key, text in wrong.items() if text}


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_equivalent_is_refused(name: str, called: dict[str, Case]) -> None:
    assert {op for op, _ in called[name].refused} == REFUSED[name]


@pytest.mark.runtime("tf1.12")
def test_every_rule_is_tried(called: dict[str, Case]) -> None:
    used = {op for case in called.values() for op in case.rewritten}
    assert (RULES.keys() & registry((2, 3)).keys()) - used == UNTRIED
