"""Sources of companions in the words of standalone Keras, out of those for TensorFlow 1.

Standalone Keras calls `keras` what is `tf.keras` there, tells layers shapes as tuples, and lacks a
few keywords that every layer takes there (`_StandaloneLayer`). All else is the same source.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

_SHAPE: Final = "tf.TensorShape("
_AS_LIST: Final = ".as_list()"
_WORDS: Final = (
    ("(tf.keras.layers.Layer)", "(_StandaloneLayer)"),
    ("tf.keras.", "keras."),
)
"""What is written for TensorFlow, and what for standalone Keras, in this order."""
_IMPORTS: Final = (("keras.", "import keras"), ("tf.", "import tensorflow as tf"))
"""What a text has that needs a module, and the statement that brings it."""


@cache
def derived(api: str) -> Mapping[str, str]:
    """The API that each object listed for `api` is written for, by the object's name."""
    text = files("keraport.companion").joinpath("derived.toml").read_text(encoding="utf-8")
    row = tomllib.loads(text).get(api, {"from": "", "names": []})
    return dict.fromkeys(row["names"], row["from"])


def in_words_of_standalone_keras(text: str) -> str:
    """A source for TensorFlow 1 as standalone Keras runs it, with its imports."""
    text = _plain_shapes(text)
    for old, new in _WORDS:
        text = text.replace(old, new)
    imports = [line for used, line in _IMPORTS if used in text]
    return "\n".join([*imports, "", "", text]) if imports else text


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
