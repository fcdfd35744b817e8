"""What `keraport explain` tells of arguments is what the real releases have."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from keraport.catalog.releases import get_release, line_of
from keraport.cli.main import run

PROBE = Path(__file__).with_name("probe_signatures.py")
RELEASES = ["tf1.12", "tf2.3", "tf2.15", "keras3.15"]
PATHS = {
    "layers": (
        *("Dense", "Conv2D", "Conv2DTranspose", "GRU", "LSTM", "BatchNormalization", "Dropout"),
        *("LayerNormalization", "MultiHeadAttention", "Softmax", "Bidirectional", "LeakyReLU"),
        *("TextVectorization", "UpSampling2D", "ThresholdedReLU", "Embedding", "ReLU"),
    ),
    "activations": ("hard_sigmoid", "relu", "softmax"),
    "initializers": ("GlorotUniform", "Orthogonal"),
    "losses": ("BinaryCrossentropy", "Huber"),
    "optimizers": ("Adam",),
}
"""Classes and functions of the public API, by the module that offers them."""
KIND_OF = {
    "layers": "layer",
    "activations": "activation",
    "initializers": "initializer",
    "losses": "loss",
    "optimizers": "optimizer",
}
IN_EVERY_SIGNATURE = {"name", "trainable"}
"""What `explain` leaves out."""
X = [-2.0, 0.0, 1.0, 2.75]


@dataclass(frozen=True)
class Asked:
    """A real release, and what it answered."""

    release: str
    answer: Any


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=pytest.mark.runtime(name)) for name in RELEASES],
)
def asked(
    request: pytest.FixtureRequest,
    runtime_python: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Asked:
    """What a release says of itself."""
    folder = tmp_path_factory.mktemp("probe")
    question, answer = folder / "request.json", folder / "answer.json"
    paths = [f"{module}.{name}" for module, names in PATHS.items() for name in names]
    question.write_text(json.dumps({"paths": paths, "x": X}))
    module = line_of(get_release(request.param)).module
    done = subprocess.run(
        [runtime_python(request.param), PROBE, module, question, answer],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env={**os.environ, "KERAS_BACKEND": "tensorflow"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return Asked(request.param, json.loads(answer.read_text()))


def explained(capsys: pytest.CaptureFixture[str], module: str, name: str) -> Any:
    """What the command prints of a class."""
    assert run(["explain", name, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    return next(item for item in document["classes"] if item["kind"] == KIND_OF[module])


def arguments(facts: Any, release: str) -> Iterator[tuple[str, Any]]:
    """The arguments that a release's signature has, according to the command."""
    for argument in facts["arguments"]:
        for item in (argument, *argument["renamed"]):
            for setting in item["settings"]:
                if release in setting["releases"] and setting["how"] != "keyword":
                    required = setting["how"] == "required"
                    default = {"default": setting["default"]}
                    yield item["name"], {"required": True} if required else default


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module, names in PATHS.items() for name in names]
)
def test_arguments_and_defaults_are_those_of_the_release(
    asked: Asked, capsys: pytest.CaptureFixture[str], module: str, name: str
) -> None:
    facts = explained(capsys, module, name)
    real = asked.answer["signatures"][f"{module}.{name}"]
    public = [p for p in facts["places"] if p["path"] == f"{module}.{name}"]
    assert any(asked.release in place["releases"] for place in public) == (real is not None)
    if real is not None:
        wanted = {key: value for key, value in real if key not in IN_EVERY_SIGNATURE}
        assert {k: _comparable(v) for k, v in arguments(facts, asked.release)} == {
            k: _comparable(v) for k, v in wanted.items()
        }


def _comparable(setting: Any) -> Any:
    """A default that is no literal is compared by the last part of its name only."""
    default = setting.get("default")
    if isinstance(default, dict) and "expression" in default:
        return {"default": default["expression"].rpartition(".")[2]}
    if isinstance(default, str) and default.startswith("<dtype: "):
        return {"default": default.split("'")[1]}
    return setting


def test_the_real_releases_were_asked_about_real_differences(asked: Asked) -> None:
    """Guards the test above: answers that say nothing would pass it."""
    known = [item for item in asked.answer["signatures"].values() if item is not None]
    assert len(known) >= 17
    assert sum(map(len, known)) > 120


def test_hard_sigmoid_is_what_the_history_says(
    asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = explained(capsys, "activations", "hard_sigmoid")
    told = next(item for item in facts["differences"] if item["same_words"])
    assert told["text"].startswith("`hard_sigmoid(x)` is `x / 5 + 0.5`")
    steep = 5 if asked.release in told["holds"] else 6
    assert asked.release in (told["holds"] if steep == 5 else told["lacks"])
    formula = [min(1.0, max(0.0, x / steep + 0.5)) for x in X]
    assert asked.answer["hard_sigmoid"] == pytest.approx(formula, abs=1e-6)
