"""Bytecode of nine Pythons (``dump.py``), read back to the source it was made of."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from keraport.catalog.releases import get_release
from keraport.lambdas.functions import Surroundings, function_of
from keraport.lambdas.nodes import UntranslatableError
from keraport.lambdas.values import SIZE, TENSOR, sequence, tensor

FOLDER = Path(__file__).parent / "bytecode"
PYTHONS = ["2.7", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13"]
TF23 = get_release("tf2.3")
KERAS20 = get_release("keras2.0")

READ = {
    "line": "return x * 2 + 1",
    "slices": "return x[:, 1:, ..., None]",
    "first": "return x[0]",
    "attribute": "return tf.nn.relu(x)",
    "keywords": "return tf.keras.backend.mean(x, axis=[1, 2], keepdims=True)",
    "condition": "return x if train else -x",
    "sum": "return t[0] * t[1] + tf.keras.backend.sum(t[1], axis=-1, keepdims=True)",
    "compare": "return tf.keras.backend.cast(x > 0.5, 'float32')",
    "tuple": "return tf.reshape(x, (-1, 3, int(2.0)))",
    "dict": "return {'a': x, 'b': [x, x]}",
    "inner": "return tf.keras.backend.map_fn(lambda i: i * 2, x)",
    "power": "return x ** 2 // 3 % 5",
    "invert": "return tf.logical_not(x)",
    "in": "return x if f in (1, 2) else 0",
    "tail": "return tf.keras.backend.expand_dims(x, axis=-1)[..., 0]",
    "negative": "return x - -1.5e-07",
    "large": "return x + 12345678901234567890",
    "steps": "y = x * k z = y + 1 return z if k > 1 else y",
    "unpacked": "a = pair[0] b = pair[1] return a - b",
}
REFUSED = {
    "foreign": "uses names from around it: foo",
    "system": "uses names from around it: __import__",
    "loop": "has a loop",
    "assigned": "assigns to a name in one branch",
    "comprehension": "has a loop",
    "star": "takes *args",
    "around": "uses names from around it (factor), of which the file holds 0",
    "complex": "constant of type complex",
    "swapped": "which is still needed",
}
BY_VALUE: dict[str, list[tuple[tuple[Any, ...], Any]]] = {
    "either": [((5, 1, 2), 11), ((5, 0, 2), 2), ((5, 3, 0), 3)],
    "none": [((5, None), 5), ((5, 2), 7)],
}
"""Read with the same meaning in other words; arguments and results of the original."""


FIRST = {
    "invert": tensor(boolean=True),
    "sum": sequence([TENSOR, TENSOR]),
    "unpacked": sequence([TENSOR, TENSOR]),
}
NUMBERS = dict.fromkeys(("train", "k", "f", "a", "b"), SIZE)
"""Numbers, or None, of which no more is told: either way of a condition on them is written."""


def around(name: str) -> Surroundings:
    return Surroundings(first=FIRST.get(name, TENSOR), others=NUMBERS)


def stored(name: str, python: str) -> list[object]:
    text = json.loads((FOLDER / f"{python}.json").read_text(encoding="utf-8"))[name]
    return [text, None, None]


def body(source: str) -> str:
    return " ".join(source.split("\n", 1)[1].split())


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", READ)
def test_it_is_read_back(name: str, python: str) -> None:
    function = function_of(stored(name, python), "f", TF23, TF23, python, around(name))
    assert body(function.source) == READ[name]
    assert function.python == python


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", BY_VALUE)
def test_it_means_the_same(name: str, python: str) -> None:
    names: dict[str, Any] = {}
    exec(function_of(stored(name, python), "f", TF23, TF23, python, around(name)).source, names)
    for arguments, result in BY_VALUE[name]:
        assert names["f"](*arguments) == result


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_expression_is_refused(name: str, python: str) -> None:
    if (name, python) == ("swapped", "3.13"):
        # Stored both at once: nothing is read after it changed.
        return
    with pytest.raises(UntranslatableError) as caught:
        function_of(stored(name, python), "f", TF23, TF23, python, around(name))
    assert REFUSED[name] in str(caught.value)


@pytest.mark.parametrize("release", ["tf1.12", "tf1.15", "tf2.3"])
@pytest.mark.parametrize("name", READ)
def test_the_python_is_found_out(name: str, release: str) -> None:
    """Whatever else the bytes could be read as says the same, or nothing."""
    source = get_release(release)
    for python in set(PYTHONS) & set(get_release(release).pythons):
        function = function_of(stored(name, python), "f", source, source, around=around(name))
        assert body(function.source) == READ[name]


@pytest.mark.parametrize("python", PYTHONS)
def test_keras_2_0_wrote_the_bytes_themselves(python: str) -> None:
    """As ``marshal.dumps(code).decode('raw_unicode_escape')``."""
    text, *_ = stored("keywords", python)
    raw = base64.b64decode(str(text)).decode("raw_unicode_escape")
    function = function_of([raw, None, None], "f", KERAS20, TF23, python, around("keywords"))
    assert body(function.source) == READ["keywords"]


def test_keras_3_writes_tuples_as_objects() -> None:
    text, *_ = stored("steps", "3.8")
    defaults = {"class_name": "__tuple__", "items": [3]}
    function = function_of([text, defaults, None], "f", TF23, TF23, around=Surroundings(TENSOR))
    assert function.source.startswith("def f(x, k=3):")


def test_defaults() -> None:
    text, *_ = stored("steps", "3.8")
    function = function_of([text, [3], None], "f", TF23, TF23, around=Surroundings(TENSOR))
    assert function.source.startswith("def f(x, k=3):")
    assert "return z" in function.source, "k is 3, so that the other way is never taken"


@pytest.mark.parametrize("python", PYTHONS)
def test_numbers_from_around(python: str) -> None:
    """``func_dump`` keeps them beside the code."""
    text, *_ = stored("around", python)
    function = function_of([text, None, [3]], "f", TF23, TF23, python)
    assert body(function.source) == "return x * 3"
