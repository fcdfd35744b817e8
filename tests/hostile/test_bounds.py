"""Time and memory stay bounded, whatever a file asks for; each in a process with limits."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import pytest
from tests.cli.conftest import dense, save_model
from tests.hostile.bounds import allowed, cost

from keraport.formats.hdf5.attributes import write_names


def _json(text: str, *, size: int | None = None) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        path = folder / "bad.json"
        path.write_text(text)
        if size is not None:
            os.truncate(path, size)
        return path

    return build


def _model(edit: Callable[[h5py.File], None]) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        path = save_model(folder / "bad.h5", [dense("a")])
        with h5py.File(path, "r+") as file:
            edit(file)
        return path

    return build


def _config(value: str) -> Callable[[h5py.File], None]:
    def edit(file: h5py.File) -> None:
        file.attrs["model_config"] = value

    return edit


def _bomb(file: h5py.File) -> None:
    del file["model_weights/a/a/kernel:0"]
    file.create_dataset("model_weights/a/a/kernel:0", shape=(2**60,), dtype="f4", chunks=(1024,))


def _zeros(file: h5py.File) -> None:
    del file["model_weights/a/a/kernel:0"]
    file.create_dataset(
        "model_weights/a/a/kernel:0", shape=(1 << 27,), dtype="f4", chunks=(1 << 22,),
        compression="gzip",
    )  # fmt: skip


def _long_configs(file: h5py.File) -> None:
    file.attrs["model_config"] = "x" * (30 << 20)
    file.attrs["training_config"] = json.dumps({"loss": ["[" * (31 << 20)]})


def _chain(count: int, *, reverse: bool) -> str:
    """Dense layers one behind the other, in or against the order of the file."""
    config = {k: v for k, v in dense("d")["config"].items() if k != "batch_input_shape"}
    layers = [
        {
            "class_name": "Dense",
            "name": f"d{number}",
            "config": {**config, "name": f"d{number}", "units": 3},
            "inbound_nodes": [[[f"d{number - 1}" if number else "in", 0, 0, {}]]],
        }
        for number in range(count)
    ]
    config = {"name": "in", "batch_input_shape": [None, 3], "dtype": "float32"}
    config |= {"sparse": False, "ragged": False}
    entry = {"class_name": "InputLayer", "config": config, "name": "in", "inbound_nodes": []}
    graph: dict[str, Any] = {
        "name": "m",
        "layers": [entry, *(layers[::-1] if reverse else layers)],
        "input_layers": [["in", 0, 0]],
        "output_layers": [[f"d{count - 1}", 0, 0]],
    }
    return json.dumps({"class_name": "Functional", "config": graph, "keras_version": "2.4.0"})


def _many_weights(file: h5py.File) -> None:
    """A layer with 20,000 weights: HDF5 holds 14 kB for each object that is kept open."""
    document = json.loads(file.attrs["model_config"])
    document["config"]["layers"][0]["class_name"] = "Mine"
    file.attrs["model_config"] = json.dumps(document).encode()
    group = file["model_weights/a"]
    names = [f"a/w{number}:0" for number in range(20_000)]
    for name in names:
        group[name] = 0.0
    write_names(group, "weight_names", names)


CASES: list[tuple[str, Callable[[Path], Path], int]] = [
    ("C7 100,000 brackets", _json("[" * 100_000), 4),
    ("C7 100,000 objects", _json('{"a":' * 100_000), 4),
    ("C7 5,000 digits", _json('{"class_name": "Model", "config": %s}' % ("7" * 5000)), 4),
    ("C7 300 MB", _json('{"a": 1', size=300 << 20), 4),
    ("C7 as many containers as are allowed", _json("[" + "[]," * 999_998 + "[]]"), 4),
    ("C7 a string of 30 MB", _json('{"class_name": "' + "x" * (30 << 20) + '", "config": {}}'), 4),
    ("C7 brackets in an attribute", _model(_config("[" * 1_000_000)), 4),
    ("H6", _model(_bomb), 4),
    ("H8", _model(_zeros), 4),
    ("two long configs", _model(_long_configs), 4),
    ("a long chain", _json(_chain(1000, reverse=False)), 0),
    ("a long chain against the order", _json(_chain(1000, reverse=True)), 0),
]  # fmt: skip


@pytest.mark.parametrize(("build", "status"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_bounds(tmp_path: Path, build: Callable[[Path], Path], status: int) -> None:
    good = save_model(tmp_path / "good.h5", [dense("a")])
    path = build(tmp_path)
    arguments = ["check", str(path), "--to", "tf1.12", "--from", "tf2.3", "--json"]
    found, used, _, _ = cost(arguments, good)
    assert found == status
    assert used < allowed(path)
    assert {item.name for item in tmp_path.iterdir()} == {"good.h5", path.name}


def test_many_weights_in_one_layer(tmp_path: Path) -> None:
    """Nothing but the weights is kept: 100,000 of them took 1.5 GB to inspect."""
    good = save_model(tmp_path / "good.h5", [dense("a")])
    path = _model(_many_weights)(tmp_path)
    status, used, _, _ = cost(["inspect", str(path), "--json"], good)
    assert status == 0
    assert used < 100 << 20
