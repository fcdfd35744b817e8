"""What is fuzzed: how a case is made from sound files, and what reads it."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import h5py
import numpy as np

from fuzzing import directories
from fuzzing.mutate import mutate
from fuzzing.outcomes import outcome, read_values
from fuzzing.structures import class_names, mutate_tree
from keraport.catalog.releases import get_release
from keraport.convert import Options, convert, plan
from keraport.errors import KeraportError
from keraport.formats import read
from keraport.inspection.inspect import inspect
from keraport.lambdas.functions import function_of
from keraport.lambdas.nodes import UntranslatableError
from keraport.own.lambda_layers import LambdaChoices

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "tf2.3"
ARCHIVES = ROOT / "tests" / "formats" / "golden"
BYTECODE = ROOT / "tests" / "lambdas" / "bytecode"
_SEEDS = 24
_OPTIONS = (
    Options(),
    Options(allow_approximate=True, lambdas=LambdaChoices(translate=True)),
    Options(stock_only=True),
)


@dataclass(frozen=True, slots=True)
class Target:
    """One way into the package.

    Args:
        name: on the command line.
        make: a case from a random generator: the bytes of the file.
        run: reads the file; returns what became of it in a word, e.g. ``read``.
        share: of the executions of a campaign, in hundredths.
    """

    name: str
    make: Callable[[Random], bytes]
    run: Callable[[Path], str]
    share: int


def read_all(path: Path) -> str:
    """Read a file with the values of all its weights."""
    try:
        read_values(read(path))
    except KeraportError as error:
        return outcome(error)
    return "read"


def read_and_plan(path: Path) -> str:
    """Everything that can be done with a file, up to a converted one."""
    found = []
    options = _OPTIONS[path.stat().st_size % len(_OPTIONS)]
    for step in (
        lambda: inspect(path, from_="tf2.3").to_json(),
        lambda: plan(path, "tf1.12", from_="tf2.3", options=options).report.to_json(),
    ):
        try:
            json.dumps(step())
            found.append("done")
        except KeraportError as error:
            found.append(outcome(error))
    return found[-1]


def convert_all(path: Path) -> str:
    """Convert; whatever happens, nothing but whole outputs is left."""
    folder = path.with_name("out")
    folder.mkdir(exist_ok=True)
    out = folder / "out.h5"
    options = _OPTIONS[path.stat().st_size % len(_OPTIONS)]
    try:
        convert(path, out, "tf1.12", from_="tf2.3", options=options)
        result = "converted"
    except KeraportError as error:
        result = outcome(error)
    left = sorted(item.name for item in folder.iterdir())
    expected = {"out.h5", "out_objects.py"} if result == "converted" else set()
    for item in folder.iterdir():
        item.unlink()
    if not set(left) <= expected:
        raise AssertionError(f"{result}, but {left} is left")
    return result


def translate_lambda(path: Path) -> str:
    """Read bytecode as data."""
    stored = json.loads(path.read_bytes())
    release = get_release("tf2.3")
    try:
        function_of(stored["function"], "function", release, release, stored["python"])
    except (UntranslatableError, KeraportError) as error:
        return type(error).__name__
    return "translated"


@cache
def _whole_models() -> tuple[bytes, ...]:
    files = sorted(GOLDEN.glob("*.h5"), key=lambda path: path.stat().st_size)
    return tuple(path.read_bytes() for path in files[:_SEEDS])


@cache
def _weights() -> tuple[bytes, ...]:
    """The groups of weights of the whole models, each as the file of its own that Keras saves."""
    found = []
    for data in _whole_models():
        with h5py.File.in_memory(data) as model, h5py.File.in_memory() as file:
            top = model["model_weights"]
            for name in top:
                model.copy(top[name], file, name)
            for key, value in top.attrs.items():
                file.attrs[key] = value
            file.flush()
            found.append(file.id.get_file_image())
    return tuple(found)


@cache
def _documents() -> tuple[tuple[Any, Any], ...]:
    """``model_config`` and ``training_config`` of every golden model."""
    found = []
    for path in sorted(GOLDEN.glob("*.h5")):
        with h5py.File(path) as file:
            training = file.attrs.get("training_config")
            found.append(
                (json.loads(file.attrs["model_config"]), training and json.loads(training))
            )
    return tuple(found)


@cache
def _architectures() -> tuple[bytes, ...]:
    texts = [json.dumps({**model, "keras_version": "2.4.0"}).encode() for model, _ in _documents()]
    return tuple(sorted(texts, key=len)[: 2 * _SEEDS])


@cache
def _trees() -> tuple[Any, ...]:
    return tuple(model for model, _ in _documents())


@cache
def _codes() -> tuple[tuple[str, tuple[bytes, ...]], ...]:
    return tuple(
        (path.stem, tuple(map(_code_of, json.loads(path.read_text("utf-8")).values())))
        for path in sorted(BYTECODE.glob("*.json"))
    )


def _code_of(stored: Any) -> bytes:
    return base64.b64decode(stored if isinstance(stored, str) else stored[0])


def _damaged(seeds: Callable[[], Sequence[bytes]]) -> Callable[[Random], bytes]:
    return lambda random: mutate(random.choice(seeds()), random, seeds())


def _odd_json(random: Random) -> bytes:
    tree = mutate_tree(random.choice(_trees()), random, _trees(), class_names())
    return json.dumps(tree).encode()


def _odd_model(random: Random) -> bytes:
    """A sound HDF5 file with odd configs."""
    model, training = random.choice(_documents())
    trainings = [item for _, item in _documents() if item]
    if random.random() < 0.7:
        model = mutate_tree(model, random, _trees(), class_names())
    training = mutate_tree(training or trainings[0], random, trainings, class_names())
    with h5py.File.in_memory() as file:
        file.attrs["keras_version"] = b"2.4.0"
        file.attrs["backend"] = b"tensorflow"
        file.attrs["model_config"] = json.dumps(model)
        file.attrs["training_config"] = json.dumps(training)
        file.create_group("model_weights").attrs["layer_names"] = np.array([], "S1")
        file.flush()
        return bytes(file.id.get_file_image())


@cache
def _archives() -> tuple[bytes, ...]:
    files = sorted(ARCHIVES.rglob("*.keras"), key=lambda path: path.stat().st_size)
    return tuple(path.read_bytes() for path in files[: 2 * _SEEDS])


@cache
def _weights_files() -> tuple[bytes, ...]:
    files = sorted(ARCHIVES.rglob("*.weights.h5"), key=lambda path: path.stat().st_size)
    return tuple(path.read_bytes() for path in files[: 2 * _SEEDS])


@cache
def _members() -> tuple[dict[str, bytes], ...]:
    found = []
    for data in _archives():
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found.append({name: archive.read(name) for name in archive.namelist()})
    return tuple(found)


@cache
def _configs() -> tuple[Any, ...]:
    return tuple(json.loads(members["config.json"]) for members in _members())


def _odd_archive(random: Random) -> bytes:
    """A sound archive around a damaged member."""
    members = dict(random.choice(_members()))
    name = random.choice(["config.json", "config.json", *members])
    if name == "config.json" and random.random() < 0.8:
        tree = json.loads(members[name])
        members[name] = json.dumps(mutate_tree(tree, random, _configs(), class_names())).encode()
    else:
        others = [item[name] for item in _members() if name in item]
        members[name] = mutate(members[name], random, others)
    made = io.BytesIO()
    kind = random.choice([zipfile.ZIP_STORED, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    with zipfile.ZipFile(made, "w", kind) as archive:
        for member, data in members.items():
            archive.writestr(zipfile.ZipInfo(member), data, kind)
    return made.getvalue()


def read_and_inspect(path: Path) -> str:
    """Read a file with its values, and say what it holds."""
    try:
        json.dumps(inspect(path).to_json())
    except KeraportError as error:
        return outcome(error)
    return read_all(path)


def _bytecode(random: Random) -> bytes:
    python, codes = random.choice(_codes())
    code = mutate(random.choice(codes), random, codes)
    stored = [base64.b64encode(code).decode(), None, None]
    return json.dumps({"python": python, "function": stored}).encode()


_ALL = (
    Target("checkpoint", directories.odd_checkpoint, directories.read_unchecked, 3),
    Target("saved-model", directories.odd_saved_model, directories.read_directory, 3),
    Target("config", _odd_json, read_and_plan, 5),
    Target("training", _odd_model, read_and_plan, 1),
    Target("convert", _damaged(_whole_models), convert_all, 1),
    Target("hdf5", _damaged(_whole_models), read_all, 10),
    Target("hdf5-weights", _damaged(_weights), read_all, 8),
    Target("keras", _damaged(_archives), read_and_inspect, 4),
    Target("keras-members", _odd_archive, read_and_inspect, 4),
    Target("keras-weights", _damaged(_weights_files), read_all, 4),
    Target("lambda", _bytecode, translate_lambda, 25),
    Target("json", _damaged(_architectures), read_all, 50),
)
_SEEDS_OF = {"keras": _archives, "keras-members": _archives, "keras-weights": _weights_files}
TARGETS = tuple(item for item in _ALL if item.name not in _SEEDS_OF or _SEEDS_OF[item.name]())
"""Those that there are sound files for."""
