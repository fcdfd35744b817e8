"""The commands that run real releases, whole."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from tests.cli.conftest import DIGITS, ROOT, Call

SELU = ROOT / "examples" / "custom_layer" / "selu_model_tf2.h5"
BOTH = pytest.mark.runtime("tf2.3", "tf1.12")


@BOTH
def test_convert_and_prove(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    answer = call("convert", DIGITS, out, "--to", "tf1.12", "--verify")
    assert answer.status == 0
    assert "PASS digits.h5 in tf2.3 and out.h5 in tf1.12" in answer.out
    assert "running digits.h5 in tf2.3" in answer.err
    assert list(tmp_path.iterdir()) == [out]


@BOTH
def test_another_activation_is_named(call: Call, tmp_path: Path) -> None:
    import h5py

    out = tmp_path / "out.h5"
    assert call("convert", SELU, out, "--to", "tf1.12", "-q").status == 0
    with h5py.File(out, "r+") as file:
        config = file.attrs["model_config"]
        text = config.encode() if isinstance(config, str) else bytes(config)
        assert text.count(b'"selu"') == 1
        file.attrs["model_config"] = text.replace(b'"selu"', b'"relu"')
    answer = call("verify", SELU, out, "--layers")
    assert answer.status == 5
    assert answer.out.startswith("FAIL")
    assert "the first layer that differs is dense (Dense in tf2.3, Dense in tf1.12): " in answer.out
    assert "activation relu instead of selu" in answer.out
    assert "selu -> relu" in answer.out


@BOTH
def test_user_inputs(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    assert call("convert", DIGITS, out, "--to", "tf1.12", "-q").status == 0
    inputs = DIGITS.with_name("digits_inputs.npz")
    answer = call("verify", DIGITS, out, "--inputs", inputs, "--json", "-q")
    assert answer.status == 0
    assert answer.document["seed"] is None
    assert answer.document["outputs"][0]["max_relative"] < 1e-5


@BOTH
def test_a_saved_model_is_converted_and_proven(call: Call, tmp_path: Path) -> None:
    archive = ROOT / "tests" / "formats" / "golden" / "saved_models_tf2.3.tar.xz"
    name = "sequential_nested"
    with tarfile.open(archive) as packed:
        members = [item for item in packed if item.name.startswith(f"{name}/")]
        packed.extractall(tmp_path, members, filter="data")
    answer = call("convert", tmp_path / name, tmp_path / "out.h5", "--to", "tf1.12", "--verify")
    assert answer.status == 0
    assert f"PASS {name} in tf2.3 and out.h5 in tf1.12" in answer.out
