"""Names in strings, and keywords of Keras' own layers, that Keras 3 spells or means otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import libcst as cst

from keraport.porting.context import Context, literal
from keraport.porting.rules.stock_layers import stock_layer as older_stock_layer

_SPELLED: Final[Mapping[str, Mapping[str, str]]] = {
    "constraint": {"maxnorm": "max_norm", "nonneg": "non_neg", "unitnorm": "unit_norm"},
    "loss": {
        "cosine_proximity": "cosine_similarity",
        "huber_loss": "huber",
        "kullback_leibler_divergence": "kl_divergence",
        "logcosh": "log_cosh",
    },
}
"""By how a parameter that takes such names ends; measured by ``get`` of both releases."""

_KEYWORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "keras.layers.LeakyReLU": {"alpha": "negative_slope"},
}
"""Keywords of layers that are called otherwise in Keras 3, and mean the same."""


def argument(original: cst.Arg, updated: cst.Arg, context: Context) -> cst.Arg:
    """``kernel_constraint="nonneg"``."""
    name = original.keyword.value if original.keyword else ""
    value = _spelled(original.value, name, context)
    return updated if value is None else updated.with_changes(value=value)


def parameter(original: cst.Param, updated: cst.Param, context: Context) -> cst.Param:
    """``def __init__(self, constraint="nonneg")``."""
    if original.default is None:
        return updated
    value = _spelled(original.default, original.name.value, context)
    return updated if value is None else updated.with_changes(default=value)


def stock_layer(
    original: cst.Call, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``LeakyReLU(alpha=0.1)``."""
    api = context.api(original.func)
    renamed = _KEYWORDS.get(api.path, {}) if api is not None else {}
    if not renamed or not isinstance(updated, cst.Call) or api is None:
        return older_stock_layer(original, updated, context)
    if context.source.has("has-operations") == context.is_for_keras3:
        return updated
    if not context.is_for_keras3:
        renamed = {newer: older for older, newer in renamed.items()}
    args = []
    for item in updated.args:
        name = item.keyword.value if item.keyword else ""
        if name in renamed:
            context.changed(original, f"{name}= of {api.path} is {renamed[name]}=")
            item = item.with_changes(keyword=cst.Name(renamed[name]))
        args.append(item)
    return updated.with_changes(args=args)


def _spelled(node: cst.BaseExpression, name: str, context: Context) -> cst.BaseExpression | None:
    newer = context.is_for_keras3 and not context.source.has("has-operations")
    if not newer or not isinstance(node, cst.SimpleString):
        return None
    said = str(literal(node))
    for ending, spelled in _SPELLED.items():
        if name.endswith(ending) and said in spelled:
            context.changed(node, f"{said} is spelled {spelled[said]}")
            return node.with_changes(value=f"{node.prefix}{node.quote}{spelled[said]}{node.quote}")
    return None
