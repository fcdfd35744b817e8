"""Where one translation is taken to answer for two releases, the second says the same."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import h5py
import numpy as np
import pytest
from tests.translate.test_round_trip import saved_by

from keraport.catalog.releases import described_releases, get_release
from keraport.errors import AmbiguousReleaseError, DamagedFileError
from keraport.formats import read
from keraport.model import ModelFile, Weight
from keraport.planning import check
from keraport.translate.alike import SOUGHT_BY_SORT, reads_alike
from keraport.translate.readings import difference
from keraport.translate.translation import Translation, translate

SRC = Path(__file__).parents[2] / "src" / "keraport"
CANDIDATES = [
    pair
    for version in {text for release in described_releases() for text in release.keras_version}
    for pair in permutations(
        [release.id for release in described_releases() if version in release.keras_version], 2
    )
]
"""Releases that write the same version into a file."""
TARGETS = ("tf1.12", "tf2.3", "tf2.15", "keras3.15")


def _read_as(file: ModelFile, source: str, target: str) -> Translation:
    assert file.model is not None
    return translate(file, file.model, get_release(source), get_release(target))


def _are_one(_one: Weight, _other: Weight) -> bool:
    return False


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("saved", ["tf1.15", "tf2.3"])
def test_the_second_translation_says_the_same(saved: str, target: str) -> None:
    told = 0
    for path in saved_by(saved):
        file = replace(read(path), training=None)
        for source, other in CANDIDATES:
            if saved not in (source, other):
                continue
            try:
                first = _read_as(file, source, target)
            except DamagedFileError:
                continue
            ends = (get_release(name) for name in (source, other, target))
            if reads_alike(file, first, *ends):
                second = _read_as(file, other, target)
                assert not difference(first, second, _are_one), (path.name, source, other)
                assert not difference(second, first, _are_one), (path.name, source, other)
                mine, others = (
                    [(row.path, row.class_name, row.verdict) for row in reading.layers]
                    for reading in (first, second)
                )
                assert mine == others, (path.name, source, other)
                told += 1
    if saved == "tf2.3":
        assert told > 100


def test_every_effect_that_is_sought_by_its_sort_is_named() -> None:
    asked = re.compile(r"\b(?:undone|crossed)\(([A-Z]\w+)\)|\blacks\([\w.]+, ([A-Z]\w+)\)")
    found = {
        name
        for path in SRC.rglob("*.py")
        for match in asked.finditer(path.read_text(encoding="utf-8"))
        for name in match.groups()
        if name
    }
    # `Effect` is asked for where classes of the user's own are derived from built-in ones.
    assert found - {"Effect"} == {sort.__name__ for sort in SOUGHT_BY_SORT}


@pytest.mark.parametrize(
    ("layers", "translations"),
    [
        pytest.param([("Dense", {"units": 2})], 1, id="alike"),
        pytest.param([("Dense", {"units": 2}), ("Softmax", {"axis": -1})], 2, id="a-change"),
        pytest.param([("Dense", {"units": 2, "activation": "gelu"})], 2, id="an-activation"),
        pytest.param([("ThresholdedReLU", {"theta": 1.0})], 2, id="a-change-of-dtypes"),
        pytest.param([("Dense", {"units": 2, "implementation": 1})], 2, id="a-keyword"),
    ],
)
def test_what_differs_is_translated_twice(
    layers: list[tuple[str, dict[str, object]]],
    translations: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = _file(tmp_path / "model.h5", layers)
    sources = []

    def counted(*given: object, **named: object) -> Translation:
        sources.append(str(given[2]))
        return translate(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("keraport.planning.translate", counted)
    with suppress(AmbiguousReleaseError):
        check(path, "tf1.12")
    assert sources == ["tf2.3", "tf2.4"][:translations]


def _file(path: Path, layers: list[tuple[str, dict[str, object]]]) -> Path:
    """A file of TF 2.3 or 2.4, a stack of layers without weights but for Dense ones."""
    listed = []
    with h5py.File(path, "w") as file:
        weights = file.create_group("model_weights")
        for number, (class_name, config) in enumerate(layers):
            name = f"layer_{number}"
            shape = {"batch_input_shape": [None, 2]} if not number else {}
            bias = {"use_bias": False} if class_name == "Dense" else {}
            config = {"name": name, "dtype": "float32", **shape, **bias, **config}
            listed.append({"class_name": class_name, "config": config})
            group = weights.create_group(name)
            names = [f"{name}/kernel:0"] if class_name == "Dense" else []
            for weight in names:
                group[weight] = np.eye(2, dtype="float32")
            group.attrs["weight_names"] = np.array([item.encode() for item in names])
        weights.attrs["layer_names"] = np.array(
            [f"layer_{number}".encode() for number in range(len(layers))]
        )
        document = {"class_name": "Sequential", "config": {"name": "stack", "layers": listed}}
        file.attrs["model_config"] = json.dumps(document).encode()
        file.attrs["keras_version"] = b"2.4.0"
        file.attrs["backend"] = b"tensorflow"
    return path
