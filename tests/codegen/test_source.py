"""Source out of models whose names and configs are not made for it."""

from __future__ import annotations

import ast

import pytest
from tests.graphs import entry, graph, layer, nested, stack

from keraport.catalog.api import load_api
from keraport.catalog.releases import get_release
from keraport.codegen.idiom import idiom_of
from keraport.codegen.names import Names
from keraport.codegen.source import Surroundings, in_order, source_of
from keraport.codegen.values import Expressions, literal, text
from keraport.model import Model, Object

API = load_api("tf1.12")
IDIOM = idiom_of(get_release("tf1.12"))
PLAIN = Surroundings(["import tensorflow as tf"])
NASTY = '"""\n\\"); import os; os.system("x") #\x1b[31m\u2028é'


def written(model: Model, around: Surroundings = PLAIN) -> str:
    return source_of(model, get_release("tf1.12"), API, around, {})


@pytest.mark.parametrize(
    "value",
    [
        NASTY,
        "plain",
        "ä",
        "😀",
        [1, (2, 3), (4,)],
        {"a": None, "b": [True, 1.5]},
        float("inf"),
        -1e-300,
    ],
)
def test_literals_are_read_back(value: object) -> None:
    # float("inf") is a call; everything else is a literal of the language.
    assert eval(literal(value), {"float": float}) == value
    assert literal(value).isascii()


def test_text_outside_ascii_is_unicode_in_python_2_too() -> None:
    assert text("ä") == 'u"\\u00e4"'
    assert text("a\x1b") == '"a\\x1b"'


def test_names() -> None:
    names = Names()
    assert [names.new(item) for item in ("a/b", "a b", "class", "1x", "é", "None", "a_b")] == [
        "a_b",
        "a_b_2",
        "class_2",
        "layer_1x",
        "layer",
        "None_2",
        "a_b_3",
    ]


def test_nothing_of_a_file_becomes_code() -> None:
    """Names stay text, and keywords that Python cannot take are passed as a dict."""
    mine = layer(NASTY, "in", kind="Mine", **{"units": NASTY, "x=1); import os; (": 1})
    model = graph(entry("in"), mine, outputs=[NASTY], name=NASTY)
    source = written(
        model, Surroundings(["import tensorflow as tf", "from m import Mine"], (), {"Mine"})
    )
    tree = ast.parse(source)
    assert {type(node) for node in tree.body} == {
        ast.Expr,
        ast.Import,
        ast.ImportFrom,
        ast.Assign,
        ast.FunctionDef,
    }
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node) for node in imports] == [
        "import tensorflow as tf",
        "from m import Mine",
    ]
    assert source.isascii()


def test_a_class_that_nobody_knows_is_no_code() -> None:
    with pytest.raises(KeyError):
        Expressions(API, frozenset(), IDIOM).layer(layer("x", kind="os.system"))


def test_calls_come_after_what_they_read() -> None:
    shared = layer("shared", "in", "late")
    model = graph(entry("in"), shared, layer("late", "in"), outputs=["shared"])
    assert [(item.name, number) for item, number in in_order(model)] == [
        ("in", 0),
        ("shared", 0),
        ("late", 0),
        ("shared", 1),
    ]


def test_models_inside_models_are_functions() -> None:
    inner = graph(entry("x"), layer("d", "x"), outputs=["d"], name="load")
    source = written(stack(entry("in"), nested(inner)))
    assert "def build_load():" in source
    assert "model.add(build_load())" in source


def test_defaults_need_not_be_said() -> None:
    expressions = Expressions(API, frozenset({"swish"}), IDIOM)
    made = expressions.layer(
        layer(
            "d",
            units=3,
            activation="linear",
            use_bias=True,
            kernel_initializer=Object("GlorotUniform", {"seed": None, "dtype": "float32"}),
            bias_initializer=Object("Constant", {"value": 2.0}),
        )
    )
    assert "glorot" not in made.lower()
    assert "activation" not in made
    assert "bias_initializer=tf.keras.initializers.Constant(value=2.0)" in made
    assert "activation=swish" in expressions.layer(layer("d", units=3, activation="swish"))
