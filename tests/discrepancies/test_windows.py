"""Which numbers a layer multiplies, held against what TF 2.3.0 returns for convolutions."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from tests.discrepancies.conftest import FIXTURES, pair

from keraport.discrepancies.windows import NotPlainError, require_plain, windows
from keraport.formats import read
from keraport.model import Layer
from keraport.runtimes import RuntimePool
from keraport.verify.models import RunningModel


@pytest.mark.runtime("tf2.3")
def test_matrix_times_kernel_is_the_layer(runtimes: RuntimePool, tmp_path: Path) -> None:
    """Padded, strided, dilated, and a Dense."""
    path, _ = pair("swish_conv")
    model = read(path).model
    assert model is not None
    with np.load(FIXTURES / "swish_conv.npz") as stored:
        fed = stored["input_0"][:3]
    running = RunningModel(path, runtimes["tf2.3"], (), tmp_path, 60)
    layers = {row["path"]: array for row, array in running.predict([fed], layers=True).layers}
    with h5py.File(path, "r") as file:
        for name, before in (("two", "one"), ("three", "two"), ("four", "pool")):
            stored = file[f"model_weights/{name}/{name}"]
            kernel, bias = stored["kernel:0"][()], stored["bias:0"][()]
            numbers = windows(model.layer(name), layers[before])
            made = numbers @ kernel.reshape(-1, kernel.shape[-1]) + bias
            expected = layers[name]
            if name == "two":
                made = np.maximum(made, 0)
            assert made.shape == expected.shape
            np.testing.assert_allclose(made, expected, atol=1e-5)


def test_causal_windows_see_no_later_step() -> None:
    config = {"kernel_size": [2], "strides": [1], "padding": "causal", "dilation_rate": [2]}
    steps = np.arange(5.0).reshape(1, 5, 1)
    found = windows(Layer("c", "Conv1D", config), steps)
    np.testing.assert_array_equal(found[0], [[0, 0], [0, 1], [0, 2], [1, 3], [2, 4]])


@pytest.mark.parametrize(
    ("class_name", "config", "message"),
    [
        ("LSTM", {}, "no Dense and no plain convolution"),
        ("Conv2D", {"groups": 2}, "works in groups"),
        ("Conv2D", {"data_format": "channels_first"}, "channels first"),
    ],
)
def test_other_layers_are_refused(class_name: str, config: dict[str, object], message: str) -> None:
    with pytest.raises(NotPlainError, match=message):
        require_plain(Layer("layer", class_name, config))
