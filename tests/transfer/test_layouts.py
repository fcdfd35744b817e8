"""cuDNN's layouts, and layouts that no weights make equal.

That the layouts are the right ones is shown in TF 1.12 (test_real_releases.py); here they go there
and back.
"""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest
from tests.transfer.conftest import FIXTURES

from keraport.errors import RefusedError
from keraport.transfer.choices import Choices
from keraport.transfer.transfer import prepare, transfer


def weights(path: Path) -> list[np.ndarray]:
    found: list[np.ndarray] = []
    with h5py.File(path, "r") as file:
        top = file["model_weights"]
        for layer in top.attrs["layer_names"]:
            group = top[layer]
            found += [group[name][()] for name in group.attrs["weight_names"]]
    return found


def test_there_and_back(tmp_path: Path) -> None:
    transfer(
        FIXTURES / "recurrent_trained.h5", FIXTURES / "recurrent_cudnn.json", tmp_path / "there.h5"
    )
    back = transfer(
        tmp_path / "there.h5", FIXTURES / "recurrent_renamed.json", tmp_path / "back.h5"
    )
    assert sum(bool(row.converted) for row in back.rows) == 12
    pairs = zip(
        weights(FIXTURES / "recurrent_trained.h5"), weights(tmp_path / "back.h5"), strict=True
    )
    for one, other in pairs:
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("trained", ["recurrent_trained.h5", "recurrent_weights.h5"])
def test_reset_after(trained: str, tmp_path: Path) -> None:
    """Named and refused, though a file of weights tells nothing but shapes."""
    paths = FIXTURES / trained, FIXTURES / "recurrent_defaults.json"
    plan = prepare(*paths, tmp_path / "out.h5", Choices())
    (refusal,) = [item for item in plan.transfer.refusals if item.kind == "layout"]
    assert "'gru'" in refusal.text
    assert "'g'" in refusal.text
    assert "reset_after=True" in refusal.hint
    with pytest.raises(RefusedError, match="reset_after"):
        transfer(*paths, tmp_path / "out.h5", allow_different=["bi", "g", "l"])
    assert list(tmp_path.iterdir()) == []


def test_recurrent_activation(tmp_path: Path) -> None:
    paths = FIXTURES / "recurrent_trained.h5", FIXTURES / "recurrent_defaults.json"
    plan = prepare(*paths, tmp_path / "out.h5", Choices())
    texts = [item.text for item in plan.transfer.refusals if item.kind == "difference"]
    assert len(texts) == 3
    for text in texts:
        assert "recurrent_activation was 'sigmoid', and is 'hard_sigmoid'" in text


def test_weights_only_say_what_cannot_be_checked(tmp_path: Path) -> None:
    paths = FIXTURES / "recurrent_weights.h5", FIXTURES / "recurrent_renamed.json"
    plan = prepare(*paths, tmp_path / "out.h5", Choices())
    (sentence,) = plan.transfer.unchecked
    assert "weights only" in sentence
    assert "l with recurrent_activation='sigmoid'" in sentence
    assert plan.transfer.verify == ""


def test_the_architecture_is_written_as_it_is(tmp_path: Path) -> None:
    done = transfer(
        FIXTURES / "recurrent_trained.h5", FIXTURES / "recurrent_renamed.json", tmp_path / "o.h5"
    )
    architecture = json.loads((FIXTURES / "recurrent_renamed.json").read_text("utf-8"))
    with h5py.File(tmp_path / "o.h5", "r") as file:
        assert json.loads(file.attrs["model_config"])["config"] == architecture["config"]
        assert file.attrs["keras_version"] == b"2.1.6-tf"
    assert done.verify.startswith("keraport verify ")
