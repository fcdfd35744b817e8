"""Models with code of the user's own in them, as TensorFlow 2.3.0 saved them, in TensorFlow 1.12.0.

They are in ``examples/own_code``; ``save_models.py`` there made them.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from keraport.runtimes import RuntimePool

FOLDER = Path(__file__).parents[2] / "examples" / "own_code"
OBJECTS = FOLDER / "tf112_layers.py"
WRITTEN_FOR_TF23 = FOLDER / "tf23_layers.py"
MODELS = {
    "attention": ("--objects", OBJECTS),
    "dna": ("--objects", OBJECTS),
    "nameless_activation": ("--objects", OBJECTS, "--map", "<lambda>=steep_swish"),
    "temporal_block": ("--objects", OBJECTS),
    "temporal_lambda": ("--objects", OBJECTS, "--lambda", "last_step=last_step"),
    "trained": ("--objects", OBJECTS),
}


def keraport(*arguments: object, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "keraport", *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def converted(name: str, out: Path, *options: object) -> str:
    """Convert an example; the line that loads it."""
    model = FOLDER / f"{name}_tf2.h5"
    done = keraport("convert", model, out, "--to", "tf1.12", *options, "--json")
    assert done.returncode == 0, done.stdout
    load = json.loads(done.stdout)["report"]["load"]
    assert isinstance(load, str)
    return load


def difference(runtimes: RuntimePool, name: str, model: Path, objects: list[Path]) -> float:
    """How far TF 1.12 is from what TF 2.3.0 predicted when it saved the model, at most."""
    arrays, out = FOLDER / f"{name}_tf2.npz", model.with_name("predicted.npz")
    request = {
        "op": "predict",
        "model": str(model),
        "inputs": str(arrays),
        "outputs": str(out),
        "compile": name == "trained",
        "objects": [str(path) for path in objects],
    }
    reply = runtimes["tf1.12"].request(request)
    assert "error" not in reply, reply
    with np.load(out) as got, np.load(arrays) as wanted:
        keys = [key for key in wanted if key.startswith("output")]
        assert keys
        return max(float(np.max(np.abs(got[key] - wanted[key]))) for key in keys)


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", MODELS)
def test_it_predicts_the_same(name: str, runtimes: RuntimePool, tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    converted(name, out, *MODELS[name])
    assert difference(runtimes, name, out, [OBJECTS]) < 1e-6


FUNCTIONS = {
    "<lambda>=FUNCTION": "<lambda>=steep_swish",
    "last_step=FUNCTION": "last_step=last_step",
}


@pytest.mark.parametrize("name", MODELS)
def test_the_refusal_says_what_to_type(name: str, tmp_path: Path) -> None:
    """Each line that is offered works once the file is written and the functions are named."""
    out = tmp_path / "out.h5"
    refused = keraport("convert", FOLDER / f"{name}_tf2.h5", out, "--to", "tf1.12")
    assert refused.returncode == 3
    assert not out.exists()
    lines = [text for text in refused.stderr.splitlines() if text.startswith("    keraport")]
    assert lines
    for line in lines:
        program, *words = [FUNCTIONS.get(word, word) for word in shlex.split(line)]
        assert program == "keraport"
        is_rewritten = "--port" in words or words[0] == "port-objects"
        file = str(WRITTEN_FOR_TF23 if is_rewritten else OBJECTS)
        done = keraport(*(file if word == "FILE.py" else word for word in words), folder=tmp_path)
        assert done.returncode == 0, (line, done.stderr)
        assert out.exists() or words[0] == "port-objects"
        for made in tmp_path.iterdir():
            made.unlink()


@pytest.mark.runtime("tf1.12")
def test_the_lambda_is_translated(runtimes: RuntimePool, tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    load = converted("temporal_lambda", out, "--translate-lambdas")
    assert "from out_objects import custom_objects" in load
    objects = [tmp_path / "out_objects.py"]
    assert difference(runtimes, "temporal_lambda", out, objects) < 1e-6


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("attention", {"SelfAttention"}),
        ("dna", {"ConvDNA"}),
        ("trained", {"mish", "Corners", "Spread", "Descent", "weighted_loss", "largest_error"}),
    ],
)
def test_inspect_names_what_is_not_keras(name: str, wanted: set[str]) -> None:
    document = json.loads(keraport("inspect", FOLDER / f"{name}_tf2.h5", "--json").stdout)
    texts = [row["text"] for row in document["hazards"] if row["kind"] == "custom_class"]
    assert {text.removesuffix(" is not part of tf2.3").split()[-1] for text in texts} == wanted


def test_only_what_is_used_is_imported(tmp_path: Path) -> None:
    load = converted("trained", tmp_path / "out.h5", "--objects", OBJECTS)
    assert load.startswith(
        "from tf112_layers import Corners, Spread, Descent, mish, weighted_loss, largest_error; "
    )


def test_without_the_loss_nothing_is_compiled(tmp_path: Path) -> None:
    """Layers convert; the training config is left out, and the report says why."""
    objects = tmp_path / "mine.py"
    source = OBJECTS.read_text(encoding="utf-8").replace("def weighted_loss", "def another_loss")
    objects.write_text(source, encoding="utf-8")
    model = FOLDER / "trained_tf2.h5"
    done = keraport(
        "convert", model, tmp_path / "o.h5", "--to", "tf1.12", "--objects", objects, "--json"
    )
    (sentence,) = [
        text for text in json.loads(done.stdout)["report"]["left_out"] if "config" in text
    ]
    assert "knows no loss called 'weighted_loss'" in sentence
    assert "--objects" in sentence
