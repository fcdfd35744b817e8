"""The cases that the project was made for, on the files in ``examples/``, through the command."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from keraport.runtimes import RuntimePool

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
CUSTOM = EXAMPLES / "custom_layer"


def keraport(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "keraport", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


def difference(
    runtimes: RuntimePool, model: Path, arrays: Path, tmp_path: Path, objects: tuple[Path, ...] = ()
) -> float:
    """How far TF 1.12 is from what TF 2.3.0 predicted when the example was made."""
    out = tmp_path / "out.npz"
    for compiled in (False, True):
        reply = runtimes["tf1.12"].request(
            {
                "op": "predict",
                "model": str(model),
                "inputs": str(arrays),
                "outputs": str(out),
                "compile": compiled,
                "objects": [str(path) for path in objects],
            }
        )
        assert "error" not in reply, reply
    with np.load(out) as got, np.load(arrays) as wanted:
        return float(np.max(np.abs(got["output_0"] - wanted["output_0"])))


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize(
    ("model", "arrays"),
    [
        (EXAMPLES / "digits.h5", EXAMPLES / "digits_inputs.npz"),
        (CUSTOM / "my_model_tf2.h5", CUSTOM / "my_model_tf2.npz"),
        (CUSTOM / "selu_model_tf2.h5", CUSTOM / "selu_model_tf2.npz"),
    ],
    ids=lambda path: path.stem,
)
def test_one_command_carries_it_over(
    model: Path, arrays: Path, runtimes: RuntimePool, tmp_path: Path
) -> None:
    out = tmp_path / "model_tf1.12.h5"
    done = keraport("convert", model, out, "--to", "tf1.12")
    assert done.returncode == 0, done.stderr
    assert f'tf.keras.models.load_model("{out.name}")' in done.stdout
    assert difference(runtimes, out, arrays, tmp_path) < 1e-6


def test_a_custom_layer_is_refused_with_the_line_to_type(tmp_path: Path) -> None:
    model, out = CUSTOM / "custom_model_tf2.h5", tmp_path / "out.h5"
    refused = keraport("convert", model, out, "--to", "tf1.12")
    assert refused.returncode == 3
    assert "my_custom_layer" in refused.stderr
    assert f"keraport convert {model} {out} --to tf1.12 --objects FILE.py" in refused.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.runtime("tf1.12")
def test_a_custom_layer_converts_with_its_class(runtimes: RuntimePool, tmp_path: Path) -> None:
    model, out = CUSTOM / "custom_model_tf2.h5", tmp_path / "out.h5"
    objects = CUSTOM / "my_layers.py"
    done = keraport("convert", model, out, "--to", "tf1.12", "--objects", objects)
    assert done.returncode == 0, done.stderr
    assert "from my_layers import MyCustomLayer" in done.stdout
    arrays = CUSTOM / "custom_model_tf2.npz"
    assert difference(runtimes, out, arrays, tmp_path, (objects,)) < 1e-6


@pytest.mark.runtime("tf1.12")
def test_a_package_and_another_name(runtimes: RuntimePool, tmp_path: Path) -> None:
    package = tmp_path / "mine"
    package.mkdir()
    (package / "__init__.py").write_text("from .layers import Doubled\n", encoding="utf-8")
    source = (CUSTOM / "my_layers.py").read_text(encoding="utf-8")
    (package / "layers.py").write_text(source.replace("MyCustomLayer", "Doubled"), encoding="utf-8")
    model, out = CUSTOM / "custom_model_tf2.h5", tmp_path / "out.h5"
    arguments = ("--to", "tf1.12", "--objects", package, "--map", "MyCustomLayer=Doubled")
    done = keraport("convert", model, out, *arguments)
    assert done.returncode == 0, done.stderr
    assert "from mine import Doubled" in done.stdout
    arrays = CUSTOM / "custom_model_tf2.npz"
    assert difference(runtimes, out, arrays, tmp_path, (package,)) < 1e-6


@pytest.mark.runtime("tf1.12")
def test_a_keyword_dropped_on_purpose(runtimes: RuntimePool, tmp_path: Path) -> None:
    """The user's own Dropout wins over the built-in one, and takes no noise_shape."""
    objects = tmp_path / "mine.py"
    objects.write_text(
        "import tensorflow as tf\n\n"
        "class Dropout(tf.keras.layers.Layer):\n"
        "    def __init__(self, rate, seed=None, **kwargs):\n"
        "        super(Dropout, self).__init__(**kwargs)\n",
        encoding="utf-8",
    )
    model, out = EXAMPLES / "digits.h5", tmp_path / "out.h5"
    arguments = ("convert", model, out, "--to", "tf1.12", "--objects", objects)
    refused = keraport(*arguments)
    assert refused.returncode == 3
    assert "does not take noise_shape=None" in refused.stderr
    assert "its __init__ takes: rate, seed, **kwargs" in refused.stderr
    done = keraport(*arguments, "--drop", "Dropout.noise_shape")
    assert done.returncode == 0, done.stderr
    arrays = EXAMPLES / "digits_inputs.npz"
    assert difference(runtimes, out, arrays, tmp_path, (objects,)) < 1e-6


@pytest.mark.parametrize("option", [("--map", "Dense"), ("--drop", "Dense"), ("--map", "=x")])
def test_half_an_option(option: tuple[str, str], tmp_path: Path) -> None:
    done = keraport("convert", EXAMPLES / "digits.h5", tmp_path / "o.h5", "--to", "tf1.12", *option)
    assert done.returncode == 2
    assert "between two names" in done.stderr


def test_selu_stays_selu(tmp_path: Path) -> None:
    out = tmp_path / "architecture.json"
    done = keraport("convert", CUSTOM / "selu_model_tf2.h5", out, "--to", "tf1.12")
    assert done.returncode == 0, done.stderr
    layers = json.loads(out.read_text(encoding="utf-8"))["config"]["layers"]
    activations = {layer["config"]["name"]: layer["config"].get("activation") for layer in layers}
    assert "selu" in activations.values()
    assert "relu" not in activations.values()


@pytest.mark.runtime("tf1.12", "tf2.3")
def test_relu_put_in_by_mistake_is_named(
    runtime_python: Callable[[str], Path], tmp_path: Path
) -> None:
    source, by_hand = CUSTOM / "selu_model_tf2.h5", tmp_path / "by_hand.h5"
    script = Path(__file__).with_name("make_relu_model.py")
    subprocess.run([runtime_python("tf1.12"), script, source, by_hand], check=True)
    done = keraport("verify", source, by_hand, "--layers", "--json")
    assert done.returncode == 5, done.stderr
    verdict = json.loads(done.stdout)
    assert verdict["status"] == "differ"
    plain = keraport("verify", source, by_hand, "--layers")
    assert plain.returncode == 5
    assert "selu" in plain.stdout
    assert "relu" in plain.stdout
    assert "dense" in plain.stdout
