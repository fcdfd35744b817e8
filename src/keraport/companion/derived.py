"""Sources of companions in other words, out of those for TensorFlow 1.

Standalone Keras calls `keras` what is `tf.keras` there, tells layers shapes as tuples, and lacks a
few keywords that every layer takes there (`_StandaloneLayer`). TensorFlow 2 has the functions of
TensorFlow 1 in `tf.compat.v1`, and so has Keras 3 where TensorFlow runs it. All else is the same
source.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

_SHAPE: Final = "tf.TensorShape("
_AS_LIST: Final = ".as_list()"
_WORDS: Final = (
    ("(tf.keras.layers.Layer)", "(_StandaloneLayer)"),
    ("tensorflow.python.keras.layers.serialization", "keras.layers"),
    ("tf.keras.", "keras."),
)
"""What is written for TensorFlow, and what for standalone Keras, in this order."""
_IMPORTS: Final = (("keras.", "import keras"), ("tf.", "import tensorflow as tf"))
"""What a text has that needs a module, and the statement that brings it."""


@cache
def derived(api: str) -> Mapping[str, str]:
    """The API that each object listed for `api` is written for, by the object's name."""
    row = _table().get(api, {"from": "", "names": []})
    return dict.fromkeys(row["names"], row["from"])


@cache
def _table() -> dict[str, Any]:
    text = files("keraport.companion").joinpath("derived.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def in_words_of(api: str, text: str) -> str:
    """A source as it is run by the releases that `api` stands for."""
    return _IN_WORDS_OF[api](text)


def in_words_of_standalone_keras(text: str) -> str:
    """A source for TensorFlow 1 as standalone Keras runs it, with its imports."""
    text = _plain_shapes(text)
    for old, new in _WORDS:
        text = text.replace(old, new)
    imports = [line for used, line in _IMPORTS if used in text]
    return "\n".join([*imports, "", "", text]) if imports else text


def in_words_of_tensorflow_2(text: str) -> str:
    """A source for TensorFlow 1 as the first releases of TensorFlow 2 run it."""
    return _OF_TENSORFLOW_1.sub("tf.compat.v1.", text)


def in_words_of_keras_3(text: str) -> str:
    """A source for TensorFlow 1 as Keras 3 runs it with TensorFlow, with its imports."""
    text = in_words_of_tensorflow_2(text)
    return f"import tensorflow as tf\n\n\n{text}" if "tf." in text else text


_OF_TENSORFLOW_1: Final = re.compile(r"\btf\.(?!keras\b)(?=\w+)")
_IN_WORDS_OF: Final[Mapping[str, Callable[[str], str]]] = {
    "keras2": in_words_of_standalone_keras,
    "keras3": in_words_of_keras_3,
    "tf2.0": in_words_of_tensorflow_2,
}


def _plain_shapes(text: str) -> str:
    """Tuples and lists in the place of `tf.TensorShape`."""
    while (start := text.find(_SHAPE)) >= 0:
        end, depth = start + len(_SHAPE), 1
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        inner, rest = text[start + len(_SHAPE) : end - 1], text[end:]
        kind = "list" if rest.startswith(_AS_LIST) else "tuple"
        text = f"{text[:start]}{kind}({inner}){rest.removeprefix(_AS_LIST)}"
    return text
