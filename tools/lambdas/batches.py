"""Models of many generated Lambdas: written, converted, and run in real releases."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import h5py
import numpy as np

from keraport.catalog.releases import get_release
from keraport.convert import Options, convert
from keraport.errors import RefusedError
from keraport.lambdas.functions import Function, Surroundings, function_of
from keraport.lambdas.values import Value, constant, sequence, tensor
from keraport.own.lambda_layers import LambdaChoices
from keraport.runtimes import ensure_runtime
from keraport.runtimes.environment import for_release
from lambdas.grammar import INPUTS, Expression

SPECS = [[name, dtype, list(shape)] for name, (dtype, shape) in INPUTS.items()]
BATCH = 3
TARGET = "tf1.12"
_TRANSLATED = Options(lambdas=LambdaChoices(translate=True))
_VERSIONS = {"tf1.12": "2.1.6-tf", "tf2.3": "2.4.0"}


class WorkerError(Exception):
    """A release stopped answering."""


class Worker:
    """A process of a release that answers requests.

    Args:
        release: its id.
        module: of this folder, what it serves.
        before: a command to run it under.
    """

    def __init__(self, release: str, module: str, before: Sequence[str] = ()) -> None:
        python = ensure_runtime(get_release(release))
        script = Path(__file__).with_name(f"{module}.py")
        self.folder = tempfile.TemporaryDirectory(prefix="keraport-home-")
        self.process = subprocess.Popen(
            [*before, str(python), "-B", "-s", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**for_release(Path(self.folder.name)), "OMP_NUM_THREADS": "1"},
        )

    def request(self, operation: str, **request: Any) -> dict[str, Any]:
        """What the process answers.

        Raises:
            WorkerError: it ended, or the operation raised.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps({"op": operation, **request}).encode() + b"\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except OSError as error:
            raise WorkerError(f"{operation}: {error}") from error
        if not line:
            raise WorkerError(f"{operation}: the process ended ({self.process.wait()})")
        reply: dict[str, Any] = json.loads(line)
        if isinstance(reply.get("error"), dict):
            raise WorkerError(f"{operation}: {reply['error']}")
        return reply

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()
        self.process.wait()
        self.folder.cleanup()


@dataclass(frozen=True, slots=True)
class Stored:
    """A generated function as a file holds it."""

    name: str
    expression: Expression
    code: str

    @property
    def function(self) -> list[object]:
        """What a config has under that name."""
        return [self.code, list(self.expression.defaults), None]


def translated(stored: Stored, release: str, target: str = TARGET) -> Function:
    """The function as it would be written for the target; raises what `function_of` raises."""
    known = {name: constant(value) for name, value in stored.expression.arguments.items()}
    around = Surroundings(first=_given(), others=known, module="__main__")
    source = get_release(release)
    return function_of(stored.function, "f", source, get_release(target), around=around)


def _given() -> Value:
    made = sequence(tensor((None, *shape)) for _, shape in INPUTS.values())
    return Value(made.kind, known="list", items=made.items)


def write_inputs(path: Path, seed: int, *, strings: bool = True) -> list[Path]:
    """Values for the inputs, and twice the same moved by one unit in the last place, up or down."""
    random = np.random.default_rng(seed)
    square = random.normal(size=(BATCH, 3, 3))
    values: dict[str, Any] = {
        "x": random.normal(size=(BATCH, 4, 6)),
        "y": random.normal(size=(BATCH, 4, 6)),
        "p": random.uniform(0.1, 0.9, size=(BATCH, 4, 6)),
        "i": random.integers(0, 4, size=(BATCH, 4)),
        "image": random.uniform(0.05, 0.95, size=(BATCH, 8, 8, 3)),
        "m": square @ square.transpose(0, 2, 1) + 2.0 * np.eye(3),
        "q": random.random((BATCH, 4, 6)) > 0.5,
        "s": random.choice([b"1.5", b"-2", b"30"], size=(BATCH, 2)),
    }
    for name, (dtype, _) in INPUTS.items():
        if dtype != "string" or not strings:
            values[name] = values[name].astype("float32" if dtype == "string" else dtype)
    # Some values are equal, so that == has something to say.
    values["y"][:, 0] = values["x"][:, 0]
    np.savez(path, **values)
    paths = []
    for word in ("one", "other"):
        paths.append(path.with_name(f"{path.stem}_{word}.npz"))
        moved = {name: _moved(value, random) for name, value in values.items()}
        np.savez(paths[-1], **moved)
    return paths


def _moved(value: Any, random: np.random.Generator) -> Any:
    if value.dtype != np.float32:
        return value
    ends = np.where(random.random(value.shape) < 0.5, np.float32(-np.inf), np.float32(np.inf))
    return np.nextafter(value, ends)


def write_model(path: Path, release: str, functions: Iterable[Stored]) -> None:
    """A model file as a release writes it, whose Lambdas hold these functions."""
    layers: list[dict[str, Any]] = []
    for name, (dtype, shape) in INPUTS.items():
        config = {"batch_input_shape": [None, *shape], "dtype": dtype, "sparse": False}
        config["name"] = name
        layers.append(
            {"class_name": "InputLayer", "config": config, "name": name, "inbound_nodes": []}
        )
    calls = [[[name, 0, 0, {}] for name in INPUTS]]
    for item in functions:
        config = {
            "name": item.name,
            "trainable": True,
            "dtype": "float32",
            "function": item.function,
            "function_type": "lambda",
            "module": "__main__",
            "output_shape": None,
            "output_shape_type": "raw",
            "output_shape_module": None,
            "arguments": dict(item.expression.arguments),
        }
        layers.append(
            {"class_name": "Lambda", "config": config, "name": item.name, "inbound_nodes": calls}
        )
    model = {
        "name": "generated",
        "layers": layers,
        "input_layers": [[name, 0, 0] for name in INPUTS],
        "output_layers": [[item["name"], 0, 0] for item in layers[len(INPUTS) :]],
    }
    class_name = "Functional" if release.startswith("tf2") else "Model"
    with h5py.File(path, "w") as file:
        _write_config(file, {"class_name": class_name, "config": model})
        for holder in (file, file.create_group("model_weights")):
            holder.attrs["backend"] = b"tensorflow"
            holder.attrs["keras_version"] = _VERSIONS[release].encode()
        file["model_weights"].attrs["layer_names"] = np.array([b"x"])
        file["model_weights"].create_group("x").attrs["weight_names"] = np.zeros((0,), "S1")


def _write_config(file: h5py.File, config: Mapping[str, Any]) -> None:
    file.attrs["model_config"] = json.dumps(config).encode()


def drop_layers(path: Path, names: Iterable[str]) -> None:
    """Take output layers out of a model file."""
    dropped = set(names)
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        model = config["config"]
        model["layers"] = [item for item in model["layers"] if item["name"] not in dropped]
        ends = model["output_layers"]
        ends = [ends] if ends and isinstance(ends[0], str) else ends
        model["output_layers"] = [item for item in ends if item[0] not in dropped]
        del file.attrs["model_config"]
        _write_config(file, config)


def lambdas_of(path: Path) -> list[list[Any]]:
    """Layer, function and arguments of each Lambda of a converted file."""
    with h5py.File(path, "r") as file:
        layers = json.loads(file.attrs["model_config"])["config"]["layers"]
    return [
        [item["name"], _name(item["config"]["function"]), item["config"].get("arguments") or {}]
        for item in layers
        if item["class_name"] == "Lambda"
    ]


def _name(function: Any) -> Any:
    """Of a function, which Keras 3 has as an object."""
    return function["config"] if isinstance(function, dict) else function


def convert_batch(model: Path, out: Path, release: str, target: str = TARGET) -> dict[str, str]:
    """Convert what converts; what is refused, by layer, is taken out of the model before."""
    refused: dict[str, str] = {}
    while lambdas_of(model):
        try:
            convert(model, out, target, from_=release, options=_TRANSLATED, force=True)
            break
        except RefusedError as error:
            rows = error.report.refusals if error.report is not None else ()
            found = {row.path: row.notes[0].text for row in rows}
            if not found:
                raise
            drop_layers(model, found)
            refused.update(found)
    return refused


def companion_of(out: Path) -> Path:
    """The file of functions beside a converted model."""
    return out.with_name(f"{out.stem}_objects.py")
