"""Which classes of a file are layers."""

from __future__ import annotations

import libcst as cst

from keraport.porting.context import Context

_NO_LAYERS = frozenset({"keras.layers.InputSpec"})


def is_layer(node: cst.ClassDef, context: Context) -> bool:
    """True if it derives from a layer of Keras, directly or through classes of the file."""
    return node.name.value in context.layers


def layers_of(module: cst.Module, context: Context) -> frozenset[str]:
    """The names of the layers that a file defines."""
    import libcst.matchers as m

    found: set[str] = set()
    for item in m.findall(module, m.ClassDef()):
        node = cst.ensure_type(item, cst.ClassDef)
        for base in node.bases:
            api = context.api(base.value)
            stock = api is not None and api.path.startswith("keras.layers.")
            own = isinstance(base.value, cst.Name) and base.value.value in found
            if own or (stock and api is not None and api.path not in _NO_LAYERS):
                found.add(node.name.value)
    return frozenset(found)
