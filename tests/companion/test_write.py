"""The companion's file: its name, and source that is Python whatever the output is called."""

from __future__ import annotations

import ast
import builtins
import re
from pathlib import Path

import pytest

from keraport.catalog.releases import get_release
from keraport.companion import sources_of
from keraport.companion.sources_of import Source, available
from keraport.companion.sources_of import source_of as source_file
from keraport.companion.write import companion_path, companion_source
from keraport.kits.load_line import load_line
from keraport.model import Format, Model

TF112 = get_release("tf1.12")
NAMES = sorted(name for name in available() if not name.startswith("_"))


def source_of(*names: str, output: str = "out.h5") -> str:
    path = Path("folder") / output
    load = load_line(
        path,
        Format.HDF5,
        Model("m", "Sequential", ()),
        target=TF112,
        weights=None,
        objects=(),
        has_companion=True,
    )
    return companion_source(names, path, TF112, load)


def defined(tree: ast.Module) -> list[str]:
    return [node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)]


@pytest.mark.parametrize(
    ("output", "companion"),
    [
        ("out.h5", "out_objects.py"),
        ("my model.h5", "my_model_objects.py"),
        ("my-model.v2.h5", "my_model_v2_objects.py"),
        ("2nd.h5", "model_2nd_objects.py"),
        ("_x.h5", "model__x_objects.py"),
        ("größe.h5", "gr__e_objects.py"),
        ("模型.h5", "model____objects.py"),
        ("class.h5", "class_objects.py"),
        ('"""; exit().h5', "model______exit___objects.py"),
    ],
)
def test_its_name_can_be_imported(output: str, companion: str) -> None:
    path = companion_path(Path("folder") / output)
    assert path == Path("folder") / companion
    assert path.stem.isidentifier()
    assert path.stem.isascii()


def test_there_are_objects() -> None:
    assert {"swish", "exponential", "RadialConstraint", "ZeroMaskedSteps"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_object_stands_alone(name: str) -> None:
    """With what it needs, and nothing that nobody defines."""
    tree = ast.parse(source_of(name))
    assert defined(tree)[-1] == name
    compile(tree, "companion", "exec")
    known = {*defined(tree), *dir(builtins), "tf", "np"}
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) if not loads(node)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    bound |= {
        alias.asname or alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    bound |= {
        node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) if node.name
    }
    bound |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) if loads(node)}
    assert used <= known | bound
    mapping = tree.body[-2]
    assert isinstance(mapping, ast.Assign)
    assert isinstance(mapping.value, ast.Dict)
    classes = [node for node in defined(tree) if not node.startswith("_")]
    assert ast.unparse(mapping.value) == f"{{{', '.join(f'{n!r}: {n}' for n in classes)}}}"


def loads(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


@pytest.mark.parametrize("name", sorted(available()))
def test_a_file_defines_what_it_is_called_after(name: str) -> None:
    tree = ast.parse(source_file(name).body)
    assert [part for part in defined(tree) if not part.startswith(f"_{name.strip('_')}_")] == [name]


def test_what_is_needed_comes_first_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"A": ("_b", "C"), "_b": (), "C": ("_b",)}

    def fake(name: str, api: str) -> Source:
        return Source(name, (), f"def {name}(): pass", files[name])

    monkeypatch.setattr(sources_of, "source_of", fake)
    assert [item.name for item in sources_of.with_needs(["C", "A"])] == ["_b", "C", "A"]


def test_only_what_is_needed_in_a_stable_order() -> None:
    assert defined(ast.parse(source_of("swish", "ZeroMaskedSteps"))) == ["ZeroMaskedSteps", "swish"]
    assert source_of("swish", "exponential") == source_of("exponential", "swish")
    assert set(NAMES) <= set(defined(ast.parse(source_of(*NAMES))))


def test_it_says_how_to_load_the_model() -> None:
    text = ast.get_docstring(ast.parse(source_of("swish")))
    assert text is not None
    assert "TensorFlow 1.12.0 lacks" in text
    assert "that out.h5 needs" in text
    assert 'tf.keras.models.load_model("out.h5", custom_objects=custom_objects)' in text


ODD = [
    'a"b.h5', "a'b.h5", '"""', '""""', "a\\", "a\\n.h5", "größe.h5", "模型.h5", "a\nimport os.h5",
    '""" + exit() + """', "{braces}.h5", "\udcff.h5", "a\x00b.h5",
]  # fmt: skip


@pytest.mark.parametrize("output", ODD)
def test_odd_names_stay_in_the_docstring(output: str) -> None:
    source = source_of("swish", output=output)
    assert source.isascii(), "Python 2 takes no other source without a declaration"
    if "\x00" in output:
        assert ast.get_docstring(ast.parse(source.replace("\x00", ""))) is not None
        return
    tree = ast.parse(source)
    kinds = [type(node).__name__ for node in tree.body]
    assert kinds == ["Expr", "Import", "FunctionDef", "Assign", "Expr"]
    text = ast.literal_eval(tree.body[0].value)  # type: ignore[attr-defined]
    assert output in text


NEWER_THAN_PYTHON_2 = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef,
                       ast.Nonlocal, ast.Starred, ast.YieldFrom)  # fmt: skip
"""A starred argument is as old as calls are; a starred item of a list is new."""


@pytest.mark.parametrize("name", NAMES)
def test_it_is_written_for_python_2_and_3(name: str) -> None:
    """TF 1.12 runs on Python 2.7 and on 3.4 to 3.6."""
    assert not re.search(r"\*\*?\w+,\s*\)", source_of(name)), "a comma behind **kwargs"
    tree = ast.parse(source_of(name), feature_version=(3, 4))
    in_calls = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for argument in node.args
    }
    for node in ast.walk(tree):
        assert not isinstance(node, NEWER_THAN_PYTHON_2) or id(node) in in_calls
        if isinstance(node, ast.FunctionDef):
            assert node.returns is None
            assert not node.args.kwonlyargs
            assert all(argument.annotation is None for argument in node.args.args)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "super" or node.args, "super() needs arguments in Python 2"


def test_tf_keras_is_no_part_of_tensorflow() -> None:
    """`tf.keras` is Keras 3 where tf_keras is installed, whose layers are no layers there."""
    release = get_release("tf_keras2.21")
    source = companion_source(["PlainSoftmax"], Path("out.h5"), release, "load")
    assert "import tf_keras\n" in source
    assert "class PlainSoftmax(tf_keras.layers.Softmax)" in source
    assert not re.search(r"\btf\.keras\.\w", source)
