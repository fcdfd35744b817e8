"""The extractor on sources made by hand: what it must read, and the same bytes every time."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

TOOLS = Path(__file__).parents[2] / "tools"
LAYERS = """
from tensorflow.python import tf2
class Layer:
    def __init__(self, trainable=True, name=None, **kwargs):
        allowed = {"dtype", "weights"}
        for key in kwargs:
            if key not in allowed:
                raise TypeError(key)
        self.supports_masking = False
    def get_config(self):
        config = {"name": self.name, "trainable": self.trainable}
        if self.dtype is not None:
            config["dtype"] = self.dtype
        return config
    @classmethod
    def from_config(cls, config):
        return cls(**config)
class Dense(Layer):
    def __init__(self, units, *, strides=(1, 1), **kwargs):
        self.lazy = kwargs.pop("lazy", False)
        super().__init__(**kwargs)
        self.supports_masking = True
    def get_config(self):
        base = super().get_config()
        return dict(list(base.items()) + list({"units": self.units}.items()))
class Stack(Layer):
    def __init__(self, cell, name=None, **kwargs):
        super(Stack, self).__init__(name=name, **kwargs)
    @classmethod
    def from_config(cls, config):
        cell = make(config.pop("cell"))
        count = config.pop("count", None)
        return cls(cell, **config)
class Graph(Layer):
    def __init__(self, *args, **kwargs):
        super().__init__(**kwargs)
    @classmethod
    def from_config(cls, config):
        return build(config["layers"])
class Old(Layer):
    pass
if tf2.enabled():
    class Old(Layer):
        def __init__(self, new):
            pass
Alias = Dense
"""
SERIALIZATION = """
from keras.layers.core import *
def deserialize(config, custom_objects=None):
    return deserialize_keras_object(config, module_objects=globals())
"""
OPTIMIZERS = """
class Optimizer:
    def __init__(self, **kwargs):
        self._take(kwargs)
    def _take(self, options):
        options.pop("clip", None)
        for key in options:
            raise TypeError(key)
class Adam(Optimizer):
    def __init__(self, lr=0.1, **kwargs):
        super().__init__(**kwargs)
def deserialize(config, custom_objects=None):
    all_classes = {"adam": Adam}
    if config["class_name"].lower() in all_classes:
        config["class_name"] = config["class_name"].lower()
    return deserialize_keras_object(config, module_objects=all_classes)
"""
FILES = {
    "keras/__init__.py": "",
    "keras/layers/__init__.py": "from keras.layers.core import Dense, Layer",
    "keras/layers/core.py": LAYERS,
    "keras/layers/serialization.py": SERIALIZATION,
    "keras/optimizers.py": OPTIMIZERS,
}


@pytest.fixture(scope="module")
def tools() -> Iterator[Any]:
    """The modules of the builder, importable as they are when it runs as a script."""
    sys.path.insert(0, str(TOOLS))
    yield importlib.import_module
    sys.path.remove(str(TOOLS))


@pytest.fixture(scope="module")
def document(tools: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("release")
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    source = tools("catalog.source").Source(folder, v2=False)
    return tools("catalog.extract").extract(source, "keras", "keras")


def row(document: Any, name: str) -> Any:
    return document["objects"][f"keras.layers.core:{name}"]


def test_parameters_defaults_and_keywords_of_bases(document: Any) -> None:
    dense = row(document, "Dense")
    assert dense["parameters"] == {"units": [], "strides": [[1, 1]]}
    assert dense["keywords"] == ["dtype", "lazy", "name", "trainable", "weights"]
    assert "anything" not in dense


def test_what_a_constructor_sets_itself_cannot_be_given(document: Any) -> None:
    assert row(document, "Stack")["keywords"] == ["dtype", "trainable", "weights"]


def test_configs(document: Any) -> None:
    assert row(document, "Dense")["config"] == ["name", "trainable", "units"]
    assert row(document, "Dense")["sometimes"] == ["dtype"]
    assert row(document, "Stack")["popped"] == ["cell", "count"]
    assert row(document, "Graph")["ignores_rest"] is True
    assert "ignores_rest" not in row(document, "Stack")


def test_masking_is_what_the_last_assignment_leaves(document: Any) -> None:
    assert row(document, "Dense")["masking"] is True
    assert "masking" not in row(document, "Stack")


def test_names_follow_star_imports_aliases_and_the_tensorflow_generation(document: Any) -> None:
    names = document["names"]["layer"]
    assert names["Alias"] == names["Dense"] == "keras.layers.core:Dense"
    assert names["Old"] == "keras.layers.core:Old"
    assert "new" not in row(document, "Old").get("parameters", {})
    assert document["exports"]["layer"].keys() == {"layers.Dense", "layers.Layer"}


def test_keywords_handed_to_a_helper_and_lowered_names(document: Any) -> None:
    adam = document["objects"]["keras.optimizers:Adam"]
    assert adam["keywords"] == ["clip"]
    assert "anything" not in adam
    assert document["lowercase"] == ["optimizer"]


def test_nothing_of_a_release_is_run(tools: Any, tmp_path: Path) -> None:
    (tmp_path / "keras").mkdir()
    (tmp_path / "keras" / "__init__.py").write_text("raise SystemExit('imported')\nx = 1")
    source = tools("catalog.source").Source(tmp_path)
    assert isinstance(source.module("keras").resolve("x").node, ast.Constant)


def test_bytes_do_not_depend_on_the_order_in_which_objects_were_found(
    tools: Any, document: Any
) -> None:
    encode = tools("catalog.store").encode
    turned = {
        **dict(reversed(document.items())),
        "objects": dict(reversed(document["objects"].items())),
    }
    assert encode(document) == encode(turned)
