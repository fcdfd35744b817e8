"""Bytecode in every place and of every shape (C1): flagged, refused in bounded time, never run."""

from __future__ import annotations

import base64
import contextlib
import resource
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.hostile.models import as_hdf5, as_json, bytecode, dense, entry, given, model

from keraport.catalog.releases import get_release
from keraport.convert import Options, plan
from keraport.inspection.inspect import inspect
from keraport.inspection.rules import HazardKind
from keraport.lambdas.bytecode import PYTHONS
from keraport.lambdas.functions import function_of
from keraport.lambdas.marshalled import UnboundedError, look_over
from keraport.lambdas.nodes import UntranslatableError
from keraport.own.lambda_layers import LambdaChoices

CODE = "4wEAAAAAAAAAAAAAAAEAAAABAAAAQwAAAHMEAAAAfABTACkBTqkAKQHaAXhyAAAA"
SHORT = 3.0
"""Seconds that any refusal may take; most take a few milliseconds."""


def number(value: int) -> bytes:
    return struct.pack("<i", value)


def text(value: bytes) -> bytes:
    return b"z" + bytes([len(value)]) + value


def code38(
    instructions: bytes,
    consts: bytes = b")\x01N",
    names: bytes = b")\x00",
    variables: bytes = b")\x01z\x01x",
) -> bytes:
    """A code object of Python 3.8 with one parameter."""
    counts = [1, 0, 0, 1, 10, 0x43]
    parts = [b"c", *map(number, counts), b"s", number(len(instructions)), instructions]
    parts += [consts, names, variables, b")\x00", b")\x00", text(b"f.py"), text(b"<lambda>")]
    return b"".join([*parts, number(1), b"s", number(0)])


def stored(data: bytes) -> list[Any]:
    return [base64.b64encode(data).decode(), None, None]


def refused(data: bytes, python: str | None = "3.8") -> str:
    """Why it is not translated; within time and memory."""
    release = get_release("tf2.3")
    began, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UntranslatableError) as caught:
        function_of(stored(data), "f", release, get_release("tf1.12"), python)
    assert time.perf_counter() - began < SHORT
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used < 200_000  # kB
    return str(caught.value)


LOAD_X, RETURN = b"|\x00", b"S\x00"


def test_the_plain_one_is_translated() -> None:
    """Guards the others: what is refused below is refused for what is wrong with it."""
    release = get_release("tf2.3")
    found = function_of(stored(code38(LOAD_X + RETURN)), "f", release, release, "3.8")
    assert found.source == "def f(x):\n    return x"


def shared(levels: int) -> bytes:
    """A tuple of two references to a tuple of two references to ..., which doubles each time."""
    data = b"\xa9\x02NN"
    for level in range(levels):
        reference = b"r" + number(level)
        data = data + b"\xa9\x02" + reference + reference
    return b")" + bytes([levels + 1]) + data


MALFORMED = {
    "doubling references": code38(LOAD_X + RETURN, consts=shared(60)),
    "a frozen set of them": code38(LOAD_X + RETURN, consts=b"(" + number(1) + b">" + shared(60)),
    "a tuple that holds itself": code38(LOAD_X + RETURN, consts=b"\xa9\x01r" + number(0)),
    "a list that holds itself": code38(LOAD_X + RETURN, consts=b"\xdb" + number(1) + b"r\0\0\0\0"),
    "a reference to nothing": code38(LOAD_X + RETURN, consts=b")\x01r" + number(77)),
    "nested deeply": code38(LOAD_X + RETURN, consts=b")\x01" * 5000 + b"N"),
    "many constants": code38(LOAD_X + RETURN, consts=b"(" + number(30_000) + b"N" * 30_000),
    "a count beyond the end": code38(LOAD_X + RETURN, consts=b"(" + number(2**31 - 1) + b"N"),
    "a negative count": code38(LOAD_X + RETURN, consts=b"(" + number(-1) + b"N"),
    "a huge integer": code38(
        b"d\x01S\x00", consts=b")\x02Nl" + number(15_000) + b"\xff\x7f" * 15_000
    ),
    "a negative huge integer": code38(b"d\x01S\x00", consts=b")\x02Nl" + number(-(2**31))),
    "a string beyond the end": code38(LOAD_X + RETURN, consts=b")\x01s" + number(2**31 - 1)),
    "an unknown type": code38(LOAD_X + RETURN, consts=b")\x01?"),
    "a dict": code38(LOAD_X + RETURN, consts=b")\x01{0"),
    "code of Python 1": b"C" + bytes(100),
    "more behind it": code38(LOAD_X + RETURN) + b"N",
    "only the mark": b"c",
    "nothing": b"",
    "too much": b"c" + bytes(200_000),
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED.keys())
@pytest.mark.parametrize("python", ["3.8", None])
def test_what_no_compiler_marshals(data: bytes, python: str | None) -> None:
    assert refused(data, python)


def test_cut_off_anywhere() -> None:
    whole = code38(LOAD_X + RETURN)
    for length in range(len(whole)):
        assert refused(whole[:length])


@pytest.mark.parametrize("python", PYTHONS)
def test_flipped_bytes(python: str) -> None:
    """Translated or refused, and nothing else."""
    whole, release = (
        bytearray(code38(b"t\x00" + LOAD_X + b"\x83\x01" + RETURN)),
        get_release("tf2.3"),
    )
    for place in range(len(whole)):
        for value in (0, 0x28, 0x72, 0xE3, 0xFF):
            data = bytes(whole[:place]) + bytes([value]) + bytes(whole[place + 1 :])
            with contextlib.suppress(UntranslatableError):
                function_of(stored(data), "f", release, release, python)


DUP, ADD, POP, STORE_X = b"\x04\x00", b"\x17\x00", b"\x01\x00", b"}\x00"
LONG = {
    "a sum that doubles 60 times": code38(LOAD_X + (DUP + ADD) * 60 + RETURN),
    "doubled and looked through": code38(LOAD_X + (DUP + ADD) * 60 + LOAD_X + STORE_X + RETURN),
    "unpacked again and again": code38(LOAD_X + (b"\x5c\x03" + POP + ADD) * 60 + RETURN),
    "25,000 instructions": code38((LOAD_X + POP) * 12_000 + LOAD_X + RETURN),
    "branches that double": code38((LOAD_X + b"r\x04") * 60 + LOAD_X + RETURN),
    "nested deeply": code38(LOAD_X + b"\x0f\x00" * 1500 + RETURN),
    "no return": code38(LOAD_X * 30),
    "an empty stack": code38(ADD + RETURN),
    "extended arguments": code38(b"\x90\xff" * 12_000 + LOAD_X + RETURN),
}


@pytest.mark.parametrize("data", LONG.values(), ids=LONG.keys())
def test_what_would_take_for_ever(data: bytes) -> None:
    assert refused(data)


def test_functions_in_functions() -> None:
    """Each loads the one inside of it many times."""
    inner = code38((LOAD_X + POP) * 400 + LOAD_X + RETURN)
    for _ in range(6):
        loads = (b"d\x01d\x00\x84\x00" + POP) * 100
        inner = code38(loads + LOAD_X + RETURN, consts=b")\x02z\x01f" + inner)
    assert refused(inner)


INJECTED = b"x or __import__('os').system('id')"


def global_then_attributes(module: bytes, *attributes: bytes) -> bytes:
    names = b")" + bytes([1 + len(attributes)]) + b"".join(map(text, (module, *attributes)))
    gets = b"".join(b"j" + bytes([1 + index]) for index in range(len(attributes)))
    return code38(b"t\x00" + gets + RETURN, names=names)


NAMES = {
    "an attribute of a tensor": code38(LOAD_X + b"j\x00" + RETURN, names=b")\x01" + text(INJECTED)),
    "an attribute of numpy": global_then_attributes(b"np", INJECTED),
    "an attribute of tensorflow": global_then_attributes(b"tf", b"nn", INJECTED),
    "a parameter": code38(LOAD_X + RETURN, variables=b")\x01" + text(b"x=__import__('os')")),
    "a keyword": code38(
        b"t\x00" + LOAD_X + b"d\x01\x8d\x01" + RETURN,
        consts=b")\x02N)\x01" + text(b"axis=__import__('os')"),
        names=b")\x01" + text(b"sum"),
    ),
    "a word of Python": code38(LOAD_X + b"j\x00" + RETURN, names=b")\x01" + text(b"lambda")),
    "other letters": code38(
        LOAD_X + b"j\x00" + RETURN, names=b")\x01u" + number(6) + "\uff4f\uff53".encode()
    ),
    "a private attribute": code38(LOAD_X + b"j\x00" + RETURN, names=b")\x01" + text(b"__class__")),
    "a global": global_then_attributes(b"os", b"system"),
    "import": global_then_attributes(b"__import__"),
    "getattr": global_then_attributes(b"getattr"),
    "a module in a module": global_then_attributes(b"np", b"os", b"system"),
    "numpy loads pickles": global_then_attributes(b"np", b"load"),
    "files": global_then_attributes(b"tf", b"io", b"write_file"),
    "file systems": global_then_attributes(b"tf", b"io", b"gfile", b"rmtree"),
    "the old name of files": global_then_attributes(b"tf", b"read_file"),
    "libraries": global_then_attributes(b"tf", b"load_op_library"),
    "downloads": global_then_attributes(b"tf", b"keras", b"utils", b"get_file"),
    "models": global_then_attributes(b"tf", b"keras", b"models", b"load_model"),
    "back into Python": global_then_attributes(b"tf", b"py_function"),
    "a module handed around": code38(
        b"t\x00g\x01d\x00\x19\x00j\x01" + RETURN,
        names=b")\x02" + text(b"tf") + text(b"io"),
        consts=b")\x01i" + number(0),
    ),
}


@pytest.mark.parametrize("data", NAMES.values(), ids=NAMES.keys())
def test_names_that_reach_out(data: bytes) -> None:
    assert refused(data)


def test_marshalled_data_of_every_python() -> None:
    for python in PYTHONS:
        with pytest.raises(UnboundedError):
            look_over(code38(LOAD_X + RETURN, consts=shared(40)), python)


def attached(where: str, function: Any) -> dict[str, Any]:
    """A model with a Lambda in that place."""
    inner = bytecode("evil", "", function)
    del inner["inbound_nodes"]
    if where == "a layer":
        return model(given(), bytecode("evil", "in", function))
    if where == "a Sequential":
        document = model(given(), inner)
        document["class_name"] = "Sequential"
        document["config"] = {"name": "model", "layers": [given() | {"inbound_nodes": []}, inner]}
        return document
    if where == "a nested model":
        nested = model(given("a"), bytecode("evil", "a", function), name="nested")
        place = {"name": "nested", "inbound_nodes": [[["in", 0, 0, {}]]]}
        return model(given(), {**nested, **place})
    if where in ("TimeDistributed", "Bidirectional"):
        config = {"name": "w", "layer": inner, "backward_layer": inner, "merge_mode": "concat"}
        return model(given(), entry("w", where, config, "in"))
    key = where.partition(" ")[2]
    item = {"class_name": "Lambda", "config": inner["config"]}
    return model(given(), dense("evil", "in", **{key: item}))


PLACES = ["a layer", "a Sequential", "a nested model", "TimeDistributed", "Bidirectional"]
PLACES += ["under kernel_initializer", "under activation", "under kernel_regularizer"]
ENCODINGS = {
    "of HDF5": [CODE, None, None],
    "a tuple": {"class_name": "__tuple__", "items": [CODE, None, None]},
    "of Keras 3": {"class_name": "__lambda__", "config": {"code": CODE, "defaults": None}},
    "bare": CODE,
}


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_it_is_flagged_anywhere(where: str, encoding: str, tmp_path: Path) -> None:
    for path in both(attached(where, ENCODINGS[encoding]), tmp_path):
        found = inspect(path).hazards
        assert any(h.kind is HazardKind.BYTECODE and "evil" in h.where for h in found), found
        for translate in (False, True):
            options = Options(lambdas=LambdaChoices(translate=translate))
            report = plan(path, "tf1.12", options=options).report
            assert report.refusals


def both(document: dict[str, Any], folder: Path) -> Iterator[Path]:
    yield as_json(document, folder)
    yield as_hdf5(document, folder)


ODD = {
    "defaults are a number": [CODE, 5, None],
    "defaults are text": [CODE, "abc", None],
    "a closure is a number": [CODE, None, 5],
    "a closure": [CODE, None, [1]],
    "empty": [],
    "an object": {"class_name": "Mine", "config": {}},
    "a list of lists": [[CODE]],
    "a number": 7,
    "nothing": None,
    "true": True,
}


@pytest.mark.parametrize("function", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("kind", ["lambda", "function", "raw", "", None, 3, []])
def test_odd_functions(function: Any, kind: Any, tmp_path: Path) -> None:
    for key, type_key in (("function", "function_type"), ("output_shape", "output_shape_type")):
        config = {"function": [CODE, None, None], key: function, type_key: kind}
        path = as_json(model(given(), bytecode("evil", "in", **config)), tmp_path)
        for translate in (False, True):
            options = Options(lambdas=LambdaChoices(translate=translate))
            assert plan(path, "tf1.12", options=options).report.refusals
            inspect(path)


@pytest.mark.parametrize("where", ["loss", "metrics", "weighted_metrics"])
@pytest.mark.parametrize("encoding", ["of Keras 3", "a tuple"])
def test_training(where: str, encoding: str, tmp_path: Path) -> None:
    item = {"class_name": "__lambda__", "config": {"value": ENCODINGS[encoding]}}
    training = {
        "loss": "mse",
        "metrics": None,
        "optimizer_config": {"class_name": "SGD", "config": {"learning_rate": 0.1}},
        where: item if where == "loss" else [item],
    }
    path = as_hdf5(model(given(), dense("d", "in")), tmp_path, training)
    assert any(h.kind is HazardKind.BYTECODE for h in inspect(path).hazards)
    report = plan(path, "tf1.12").report
    assert any("__lambda__" in text for text in report.left_out)
