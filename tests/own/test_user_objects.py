"""The user's own classes: renamed, relieved of keywords, and held against their source."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from tests.graphs import entry, layer, nested, stack

from keraport.catalog.api import load_api
from keraport.errors import UsageError
from keraport.model import Layer, Model, Object, Training
from keraport.own.definitions import Definition, definitions
from keraport.own.user_objects import UserObjects, as_users_call_it, check_keywords
from keraport.report import Journal, Note, Verdict

SOURCE = """
class Plain(tf.keras.layers.Layer):
    def __init__(self, units, scale=1.0, **kwargs):
        pass

class Closed(tf.keras.layers.Layer):
    def __init__(self, units, name=None, trainable=True, dtype=None):
        pass

class Child(Plain):
    pass

class MyConv(tf.keras.layers.Conv1D):
    def __init__(self, rate, **kwargs):
        pass

class Without(tf.keras.layers.Layer):
    pass

class MakesItself(tf.keras.layers.Layer):
    def __init__(self, units):
        pass

    @classmethod
    def from_config(cls, config):
        pass

class Unknown(somewhere.Base):
    def __init__(self, units, **kwargs):
        pass

class Pops(Mixin, tf.keras.layers.Layer):
    def __init__(self, **kwargs):
        self.units = kwargs.pop("units", 3)
        super().__init__(**kwargs)

class Mixin(object):
    def __init__(self, rate=1, **kwargs):
        super().__init__(**kwargs)

class MyInit:
    def __init__(self, gain):
        pass

@tf.keras.utils.register_keras_serializable(package="Mine", name="Norm")
class Registered(tf.keras.layers.Layer):
    pass

@tf.keras.utils.register_keras_serializable()
def act(x):
    return x
"""


def objects(source: str = SOURCE, **more: Any) -> UserObjects:
    defined = {item.name: item for item in definitions(ast.parse(source))}
    return UserObjects(names=frozenset(defined), definitions=defined, **more)


def problems(*layers: Layer, source: str = SOURCE) -> dict[str, list[Note]]:
    journal = Journal()
    check_keywords(stack(entry("in"), *layers), objects(source), load_api("tf1.12"), journal)
    return journal.layers


def test_what_a_class_takes() -> None:
    found = objects().definitions
    assert found["Plain"] == Definition(
        "Plain",
        is_class=True,
        parameters=("units", "scale"),
        required=("units",),
        open=True,
        bases=("Layer",),
    )
    assert found["Registered"].registered == "Mine>Norm"
    assert found["act"].registered == "Custom>act"
    assert found["MakesItself"].makes_itself


@pytest.mark.parametrize(
    ("kind", "config", "reason"),
    [
        ("Plain", {"units": 3}, ""),
        ("Plain", {"units": 3, "scale": 2.0, "trainable": True, "dtype": "float32"}, ""),
        ("Plain", {}, "requires units"),
        ("Plain", {"units": 3, "rate": 1}, "does not take rate=1"),
        ("Closed", {"units": 3}, ""),
        ("Closed", {"units": 3, "scale": 1}, "does not take scale=1"),
        ("Child", {"units": 3, "scale": 1}, ""),
        ("Child", {"scale": 1}, "requires units"),
        ("MyConv", {"rate": 1, "filters": 2, "kernel_size": [3]}, ""),
        ("MyConv", {"rate": 1, "groups": 2}, "does not take groups=2"),
        ("Without", {"units": 3}, "does not take units=3"),
        ("Without", {"trainable": False}, ""),
        ("MakesItself", {"anything": 3}, ""),
        ("Unknown", {"units": 3, "anything": 3}, ""),
        ("Pops", {"units": 3, "rate": 2, "trainable": True}, ""),
        ("Pops", {"scale": 3}, "does not take scale=3"),
    ],
)
def test_configs_are_held_against_the_source(
    kind: str, config: dict[str, Any], reason: str
) -> None:
    found = problems(layer("mine", kind=kind, **config))
    if not reason:
        assert found == {}
        return
    (note,) = found["mine"]
    assert note.verdict is Verdict.REFUSED
    assert reason in note.text
    assert "its __init__ takes: " in note.text
    drops = [word for key in config for word in ("--drop", f"{kind}.{key}") if key in reason]
    if "does not take" in reason:
        assert note.options == tuple(drops)
        assert " ".join(drops) in note.hint
    else:
        assert note.options == ()


def test_objects_in_configs_too() -> None:
    init = Object("MyInit", {"gain": 1.0, "seed": None})
    (note,) = problems(layer("dense", kernel_initializer=init))["dense"]
    assert "MyInit of your file does not take seed=None" in note.text


def renamed(
    model: Model, training: Training | None = None, **more: Any
) -> tuple[Model, Training | None, Journal]:
    journal = Journal()
    return *as_users_call_it(model, training, objects(**more), journal), journal


def test_names_of_the_user() -> None:
    inner = stack(entry("x"), layer("deep", kind="Mine>Norm"))
    wrapped = layer("td", kind="TimeDistributed", layer=layer("other", kind="Old"))
    dense = layer("dense", activation="Custom>act", kernel_initializer=Object("OldInit", {}))
    model, training, journal = renamed(
        stack(entry("in"), nested(inner), wrapped, dense),
        Training(None, "OldLoss", None),
        renamed={"Old": "Plain", "OldInit": "MyInit", "OldLoss": "act"},
    )
    deep = model.layers[1].model
    assert deep is not None
    assert deep.layers[1].class_name == "Registered"
    assert model.layers[2].config["layer"].class_name == "Plain"
    assert model.layers[3].config["activation"] == "act"
    assert model.layers[3].config["kernel_initializer"].class_name == "MyInit"
    assert training is not None
    assert training.loss == "act"
    assert any("Old is called Plain" in note.text for note in journal.layers["td/other"])


def test_keywords_are_dropped_on_purpose() -> None:
    model, _, journal = renamed(
        stack(layer("mine", kind="Plain", units=3, rate=1)),
        dropped=frozenset({("Plain", "rate")}),
    )
    assert "rate" not in model.layers[0].config
    assert model.layers[0].config["units"] == 3
    (note,) = journal.layers["mine"]
    assert "rate=1 left out" in note.text


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"renamed": {"Nobody": "Plain"}}, "nothing in the model is called Nobody"),
        ({"renamed": {"Dense": "Nobody"}}, "defines Nobody"),
        ({"dropped": frozenset({("Dense", "nothing")})}, "no Dense in the model has that keyword"),
    ],
)
def test_what_is_not_there(more: dict[str, Any], reason: str) -> None:
    with pytest.raises(UsageError, match=reason) as caught:
        renamed(stack(layer("dense")), **more)
    assert caught.value.hint


def test_a_place_wins_over_a_name() -> None:
    """Two activations are saved as ``<lambda>``, and were different functions."""
    one, two = (layer(name, activation="<lambda>") for name in ("one", "two"))
    given = {"<lambda>": "act", "two.activation": "Plain"}
    model, _, _ = renamed(stack(one, two), renamed=given)
    assert [item.config["activation"] for item in model.layers] == ["act", "Plain"]
