"""What ``tools/fuzz.py`` found, made anew by code; each was a hang or an exception of no class."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import LAMBDA, dense, layer, save_model

from keraport.convert import Options, plan
from keraport.errors import DamagedFileError, UnsafeFileError
from keraport.formats import read
from keraport.inspection.inspect import inspect
from keraport.lambdas.functions import function_of
from keraport.lambdas.nodes import UntranslatableError
from keraport.own.lambda_layers import LambdaChoices

Document = dict[str, Any]
Call = list[list[Any]]


def node(item: Document, *calls: Call) -> Document:
    """A layer of a graph with its inbound nodes."""
    config = {k: v for k, v in item["config"].items() if k != "batch_input_shape"}
    return {**item, "config": config, "name": config["name"], "inbound_nodes": list(calls)}


def entry(name: str) -> Document:
    config: Document = {"name": name, "batch_input_shape": [None, 3], "dtype": "float32"}
    config |= {"sparse": False, "ragged": False}
    return {"class_name": "InputLayer", "config": config, "name": name, "inbound_nodes": []}


def graph(name: str, *layers: Document, outputs: Call) -> Document:
    config = {
        "name": name,
        "layers": list(layers),
        "input_layers": [[layers[0]["name"], 0, 0]],
        "output_layers": outputs,
    }
    return {"class_name": "Functional", "config": config}


INNER = graph("inner", entry("i"), node(dense("d"), [["i", 0, 0, {}]]), outputs=[["d", 0, 0]])


def outer(*layers: Document, outputs: Call) -> Document:
    return graph("outer", entry("in"), *layers, outputs=outputs)


def written(tmp_path: Path, document: Document) -> Path:
    path = tmp_path / "m.json"
    path.write_text(json.dumps({**document, "keras_version": "2.4.0"}))
    return path


def test_the_sound_model_converts(tmp_path: Path) -> None:
    """Those below differ from it in one place each."""
    document = outer(node(INNER, [["in", 0, 0, {}]]), outputs=[["inner", 1, 0]])
    report = plan(written(tmp_path, document), "tf1.12", from_="tf2.3").report
    assert report.verdict.value in ("unchanged", "exact")


CONTRADICTIONS: list[tuple[str, Document, str]] = [
    (
        "calls that form a cycle",
        outer(
            node(dense("a"), [["b", 0, 0, {}]]),
            node(dense("b"), [["a", 0, 0, {}]]),
            outputs=[["b", 0, 0]],
        ),
        "form a cycle",
    ),
    (
        "a call that waits for itself by an argument",
        outer(node(dense("a"), [["in", 0, 0, {"x": ["a", 0, 0]}]]), outputs=[["a", 0, 0]]),
        "form a cycle",
    ),
    (
        "such calls in a wrapped model",
        outer(
            node(
                layer(
                    "TimeDistributed",
                    "t",
                    layer=graph("g", entry("i"), node(dense("d"), [["d", 0, 0, {}]]),
                                outputs=[["d", 0, 0]]),
                ),
                [["in", 0, 0, {}]],
            ),
            outputs=[["t", 0, 0]],
        ),
        "form a cycle",
    ),
    (
        "an output of a wrapped model that is not there",
        outer(
            node(
                layer("TimeDistributed", "t", layer=graph("g", entry("i"), outputs=[["d", 0, 0]])),
                [["in", 0, 0, {}]],
            ),
            outputs=[["t", 0, 0]],
        ),
        "reads call 0 of layer 'd', which is not there",
    ),
    (
        "an output that a nested model does not have",
        outer(node(INNER, [["in", 0, 0, {}]]), outputs=[["inner", 1, 1]]),
        "reads output 1 of layer 'inner', which has 1",
    ),
    (
        "a nested model that is never called",
        outer(node(INNER), outputs=[["inner", 1, 0]]),
        "reads call 1 of layer 'inner'",
    ),
    (
        "a call without a tensor",
        outer(node(layer("LSTM", "a", units=2), []), outputs=[["a", 0, 0]]),
        "called without a tensor",
    ),
    (
        "two layers of one name in a Sequential",
        {"class_name": "Sequential", "config": {"name": "s", "layers": [dense("a"), dense("a")]}},
        "two layers are called 'a'",
    ),
    (
        "arguments that are no object",
        outer(node(dense("a"), [["in", 0, 0, "x"]]), outputs=[["a", 0, 0]]),
        "has the arguments 'x'",
    ),
    (
        "arguments that are a number",
        outer(node(dense("a"), [["in", 0, 0, 7]]), outputs=[["a", 0, 0]]),
        "has the arguments 7",
    ),
    (
        "a name that is no string, of a class that is no word",
        outer(node(layer("\0", "a"), [["in", 0, 0, {}]]), outputs=[["a", 0, 0]]),
        r"the name of a '\\x00' is \[1\]",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "words"), [c[1:] for c in CONTRADICTIONS], ids=[c[0] for c in CONTRADICTIONS]
)
@pytest.mark.timeout(20)
def test_contradictions(tmp_path: Path, document: Document, words: str) -> None:
    if "name of a" in words:
        document["config"]["layers"][1]["name"] = [1]
    with pytest.raises(DamagedFileError, match=words) as caught:
        plan(written(tmp_path, document), "tf1.12", from_="tf2.3")
    assert caught.value.message.isprintable()
    assert caught.value.hint


@pytest.mark.parametrize(
    "odd",
    [
        layer("Dropout", "a", rate=0.5, noise_shape=[None, {}, 2], seed=None),
        layer("Dropout", "a", rate=0.5, noise_shape=[None, [1], 2], seed=None),
        {**layer("Conv2D", "a", filters=4, groups=2, strides=[[1], [1]])},
        layer("TimeDistributed", "a", layer={"class_name": "Sequential",
                                             "config": {"name": "s", "layers": []}}),
    ],
    ids=["noise_shape", "noise_shape of lists", "strides", "an empty model"],
)  # fmt: skip
def test_odd_values_end_in_a_report(tmp_path: Path, odd: Document) -> None:
    document = {"class_name": "Sequential", "config": {"name": "s", "layers": [dense("d"), odd]}}
    assert plan(written(tmp_path, document), "tf1.12", from_="tf2.3").report.to_json()


def test_a_class_name_that_is_no_word(tmp_path: Path) -> None:
    path = save_model(tmp_path / "m.h5", [dense("a", x={"class_name": {}, "y": 1})])
    assert inspect(path, from_="tf2.3").hazards == ()


def test_bytecode_with_more_parameters_than_names() -> None:
    """The function inside counts 2 parameters and has no names."""
    stored = json.loads(
        (Path(__file__).parents[1] / "lambdas" / "bytecode" / "3.8.json").read_text("utf-8")
    )["inner"]
    import base64

    from keraport.catalog.releases import get_release

    text = stored if isinstance(stored, str) else stored[0]
    code = bytearray(base64.b64decode(text))
    # A code object begins with its type and the number of its parameters, four bytes.
    inner = code.index(b"\xe3\x01\x00\x00\x00", 1) if b"\xe3\x01\0\0\0" in code[1:] else -1
    inner = inner if inner > 0 else code.index(b"c\x01\x00\x00\x00", 1)
    code[inner + 1] = 9
    release = get_release("tf2.3")
    with pytest.raises(UntranslatableError, match="more parameters than names"):
        function_of([base64.b64encode(code).decode(), None, None], "f", release, release, "3.8")


def test_a_lambda_of_damaged_bytecode_is_refused(tmp_path: Path) -> None:
    path = save_model(tmp_path / "m.h5", [LAMBDA])
    options = Options(lambdas=LambdaChoices(translate=True))
    assert plan(path, "tf1.12", options=options).report.verdict.value == "refused"


def test_a_string_in_the_heap_that_lies_about_its_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HDF5 asks for what the length says; the limit is below 200 MB, and is met as an error."""
    from keraport.formats.hdf5 import attributes

    assert attributes._VARIABLE_BYTES <= 190 << 20
    monkeypatch.setattr(attributes, "_VARIABLE_BYTES", 1 << 20)
    path = save_model(tmp_path / "m.h5", [dense("a")])
    import h5py

    with h5py.File(path, "r+") as file:
        del file.attrs["model_config"]
        # Beyond what an allocator serves from memory that it has kept (32 MB, glibc).
        file.attrs["model_config"] = "x" * (48 << 20)
    with pytest.raises(UnsafeFileError, match="longer than"):
        read(path)
