"""What to type for a class of the user's own, and words that only look like a name of one."""

from __future__ import annotations

from keraport.model import Value

_OWN_WORDS = {("RandomFourierFeatures", "kernel_initializer"): ("gaussian", "laplacian")}
"""Words that stand in the place of an object's name and that the layer itself knows."""


def is_own_word(class_name: str, key: str, value: Value) -> bool:
    """True for a word that a layer itself knows where objects are named otherwise."""
    return isinstance(value, str) and value.lower() in _OWN_WORDS.get((class_name, key), ())


def custom_layer_hint(class_name: str) -> str:
    """What to type when a class is the user's own."""
    return f"write class {class_name} for the target in a file and add --objects FILE.py"
