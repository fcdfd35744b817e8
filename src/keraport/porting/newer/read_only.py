"""Attributes of layers that a class may set in older releases, and Keras 3 computes itself.

What a class of the file sets is kept under another name: the one where Keras 3 has the weight, so
that the methods of the class below find it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import libcst as cst

from keraport.porting.context import Context

_ANY: Final[Mapping[str, str]] = {
    name: f"_own_{name}" for name in ("input_dtype", "path", "quantization_mode", "variable_dtype")
}
"""Properties of every layer of Keras 3, which Keras 2 does not have."""

_KERNEL: Final[Mapping[str, str]] = {"kernel": "_kernel"}
_OF_BASES: Final[Mapping[str, Mapping[str, str]]] = {
    **{f"keras.layers.Conv{rank}D": _KERNEL for rank in (1, 2, 3)},
    **{f"keras.layers.Convolution{rank}D": _KERNEL for rank in (1, 2, 3)},
    "keras.layers.Dense": _KERNEL,
    "keras.layers.EinsumDense": _KERNEL,
    "keras.layers.Embedding": {"embeddings": "_embeddings"},
}
"""Those of built-in layers without a setter, and where these keep the weight (Keras 3.15)."""


def read_only(original: cst.Attribute, context: Context) -> str:
    """The name of an attribute of ``self`` that the class sets, and Keras 3 does not let it set.

    Args:
        original: ``self.kernel``.
        context: of the file.

    Returns:
        empty if it stays what it is.
    """
    name = original.attr.value
    owner = context.around(original, cst.ClassDef)
    scope = context.tree.classes.get(id(owner)) if owner is not None else None
    older = not context.source.has("has-operations") and context.is_for_keras3
    if scope is None or owner is None or not older or owner.name.value not in context.layers:
        return ""
    if name in scope.methods or name not in scope.attributes:
        return ""
    if name in _ANY:
        return _ANY[name]
    for base in owner.bases:
        api = context.api(base.value)
        if api is not None and name in _OF_BASES.get(api.path, {}):
            return _OF_BASES[api.path][name]
    return ""
