"""How source for a release names its Keras: ``tf.keras``, ``keras``, ``tf_keras``."""

from __future__ import annotations

from keraport.catalog.releases import Release, line_of
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class Idiom:
    """What people write at the top of a file, and in front of a name.

    Args:
        keras: the expression that is Keras.
        imports: lines that the names in `keras` need.
        layers: the line that gives ``layers`` its meaning.
        is_import: that line is one of the imports.
        shapes: an input is made from its shape, without the batch, where the batch is free.
    """

    keras: str
    imports: tuple[str, ...]
    layers: str
    is_import: bool
    shapes: bool

    @property
    def taken(self) -> frozenset[str]:
        """Names that nothing else in the source may have."""
        return frozenset({"layers", self.keras.partition(".")[0]})


def idiom_of(target: Release) -> Idiom:
    """The words of a release's line."""
    module = line_of(target).module
    if module == "tensorflow.keras":
        lines = ("import tensorflow as tf",)
        return Idiom("tf.keras", lines, "layers = tf.keras.layers", is_import=False, shapes=False)
    return Idiom(
        module,
        (f"import {module}",),
        f"from {module} import layers",
        is_import=True,
        shapes=target.has("has-operations"),
    )
