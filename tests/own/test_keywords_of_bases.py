"""Keywords that the user's classes hand on to built-in classes."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from tests.graphs import entry, layer, stack

from keraport.catalog.releases import get_release
from keraport.model import Object, Training
from keraport.own.definitions import definitions
from keraport.own.keywords_of_bases import built_in_bases, in_words_of_bases
from keraport.own.user_objects import UserObjects
from keraport.report import Journal

SOURCE = """
class MyConv(tf.keras.layers.Conv1D):
    def __init__(self, rate=1, **kwargs):
        pass

class Deeper(Mixin, MyConv):
    pass

class Mixin:
    pass

class TakesGroups(tf.keras.layers.Conv1D):
    def __init__(self, groups=1, **kwargs):
        pass

class Makes(tf.keras.layers.Conv1D):
    @classmethod
    def from_config(cls, config):
        pass

class Slow(tf.keras.optimizers.SGD):
    pass
"""
DEFINED = {item.name: item for item in definitions(ast.parse(SOURCE))}
OBJECTS = UserObjects(names=frozenset(DEFINED), definitions=DEFINED)


def lowered(
    kind: str, config: dict[str, Any], training: Training | None = None
) -> tuple[dict[str, Any], Training | None, Journal]:
    journal = Journal()
    model, training = in_words_of_bases(
        stack(entry("in"), layer("mine", kind=kind, **config)),
        training,
        OBJECTS,
        get_release("tf2.3"),
        get_release("tf1.12"),
        journal,
    )
    return dict(model.layers[1].config), training, journal


def test_lines_of_descent() -> None:
    assert built_in_bases("MyConv", DEFINED) == ("Conv1D",)
    assert built_in_bases("Deeper", DEFINED) == ("Conv1D",)
    assert built_in_bases("Dense", DEFINED) == ("Dense",)


@pytest.mark.parametrize("kind", ["MyConv", "Deeper"])
def test_a_neutral_value_is_left_out(kind: str) -> None:
    config, _, journal = lowered(kind, {"rate": 2, "groups": 1, "filters": 3})
    assert "groups" not in config
    assert (config["rate"], config["filters"]) == (2, 3)
    (note,) = journal.layers["mine"]
    assert note.text == "groups=1, which goes on to Conv1D, left out: tf1.12 always does that"


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("MyConv", {"groups": 2}),
        ("TakesGroups", {"groups": 1}),
        ("Makes", {"groups": 1}),
        ("MyConv", {"unheard_of": 1}),
        ("Unknown", {"groups": 1}),
    ],
)
def test_what_is_not_ours_to_leave_out(kind: str, config: dict[str, Any]) -> None:
    found, _, journal = lowered(kind, config)
    assert config.items() <= found.items()
    assert journal.layers == {}


def test_optimizers() -> None:
    config = {"name": "Slow", "learning_rate": 0.1, "momentum": 0.5}
    _, training, journal = lowered("MyConv", {}, Training(Object("Slow", config), "mse", None))
    assert training is not None
    assert training.optimizer == Object("Slow", {"lr": 0.1, "momentum": 0.5})
    assert [note.text.partition(" ")[0] for note in journal.training] == ["learning_rate", "name,"]
