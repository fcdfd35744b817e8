"""Whatever stands in a file, in the source made of it a text stays a literal.

Every text of a config in turn (names, values, keys) is replaced by a hostile one, and by a plain
one; the syntax trees of the companion and of ``keraport code`` have to be the same but for literals
and for names that are made of letters.
"""

from __future__ import annotations

import ast
import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import pytest

from keraport.codegen.code import code
from keraport.companion.write import companion_source
from keraport.convert import Options, functions_of, plan
from keraport.errors import KeraportError
from keraport.own.lambda_layers import LambdaChoices

FOLDER = Path(__file__).parents[1]
MODELS = [
    *(f"golden/tf2.3/{name}.h5" for name in ("op_functions", "layer_normalization", "odd_names")),
    *(f"golden/tf2.3/{name}.h5" for name in ("lstm_arguments", "category_encoding", "attention")),
    "golden/tf2.3/dense_features.h5",
    "lambdas/read_tf2.h5",
]
HOSTILE = 'x"""\'\'\'\\\n") or __import__("os").system("id") #{0}%s\u2028\x00'
PLAIN = "x plain text"  # which is sorted like the other
OPTIONS = Options(lambdas=LambdaChoices(translate=True))
TRIED = 25
"""Texts of each model, drawn at random; a model has up to some hundred."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where texts stand in a document, those that are keys included."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*path, ("key", key))
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*path, index))
    elif isinstance(value, str):
        yield path


def changed(document: Any, path: tuple[Any, ...], text: str) -> Any:
    """A copy of the document with another text in one place; names everywhere they are used."""
    made = copy.deepcopy(document)
    *above, last = path
    inside = made
    for step in above:
        inside = inside[step]
    if isinstance(last, tuple):
        inside[text] = inside.pop(last[1])
        return made
    old, inside[last] = inside[last], text
    return renamed(made, old, text) if last == "name" else made


def renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: renamed(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [renamed(item, old, new) for item in value]
    return new if value == old else value


def sources(document: Any, folder: Path) -> list[str]:
    """What is made of a document: none if it is refused."""
    path = folder / "model.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    try:
        conversion = plan(path, "tf1.12", options=OPTIONS)
        companions = conversion.translation.companions
        functions = functions_of(conversion)
        made = companion_source(companions, path, conversion.target, "load", functions)
        return [made, code(path, "tf1.12", options=OPTIONS)]
    except KeraportError:
        return []


def shape(source: str) -> str:
    """The syntax tree without what literals say and what own names are called."""
    tree = ast.parse(source)
    numbers: dict[str, int] = {}

    def own(name: str) -> str:
        assert name.isidentifier()
        assert name.isascii()
        return name if name in KEPT else str(numbers.setdefault(name, len(numbers)))

    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            node.value = type(node.value).__name__
            node.kind = None  # u"" for Python 2
        elif isinstance(node, ast.Name):
            node.id = own(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            node.name = own(node.name)
        elif isinstance(node, ast.arg):
            node.arg = own(node.arg)
    return ast.dump(tree)


KEPT = frozenset({"tf", "np", "math", "layers", "os", "eval", "exec", "getattr", "__import__"})


@pytest.mark.parametrize("model", MODELS)
def test_a_text_stays_a_literal(model: str, tmp_path: Path) -> None:
    with h5py.File(FOLDER / model) as file:
        text = file.attrs["model_config"]
        version = file.attrs["keras_version"]
    document = json.loads(text)
    document["keras_version"] = version if isinstance(version, str) else version.decode()
    document["backend"] = "tensorflow"
    assert len(sources(document, tmp_path)) == 2
    found = [place for place in places(document) if place[0] == "config"]
    drawn = random.Random(5).sample(found, min(TRIED, len(found)))
    compared = 0
    for place in drawn:
        hostile = sources(changed(document, place, HOSTILE), tmp_path)
        plain = sources(changed(document, place, PLAIN), tmp_path)
        for one, other in zip(hostile, plain, strict=False):
            compared += 1
            assert shape(one) == shape(other), place
    assert compared >= 4, "too many were refused for the test to say anything"
