"""TensorFlowOpLayer: raw TensorFlow operations on the tensors of a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import NewClass
from keraport.changes.companions import as_companion
from keraport.changes.objects.policies import policy_name
from keraport.changes.operations.expressed import EXPRESSED, FIXED, REFUSED, SAME_AT
from keraport.changes.operations.node import Node, NodeError, operation_name, read_node
from keraport.changes.operations.stock import as_stock
from keraport.changes.site import Refused, Site
from keraport.changes.sources import keras_file
from keraport.model import Config, Layer, Value
from keraport.report import Verdict

_SOURCE = keras_file("1.15.5", "engine/base_layer.py")
_HALVES = {"float16": "DT_HALF", "bfloat16": "DT_BFLOAT16"}
_KEYWORDS = frozenset({"constants", "dtype", "dynamic", "name", "node_def", "trainable"})
"""What TF 2.3 writes; the companion's class refuses anything else."""
_HINT = "use other operations (docs/reference/operations.md lists those that are known)"


def _operation(layer: Layer, site: Site) -> Layer:
    """A stock layer that does the same, else the companion's TensorFlowOpLayer."""
    name = operation_name(layer.config)
    layer = _in_float32(layer, site)
    try:
        node = read_node(layer.config)
        if node is not None:
            _check_calls(layer, node)
    except NodeError as error:
        raise Refused(
            f"the operation {name}: {error}",
            hint="the file is damaged, or was not written by Keras",
            source=_SOURCE,
        ) from error
    if node is None:
        because, hint = REFUSED.get(name, ("no translation of it is known", _HINT))
        raise Refused(f"the operation {name}: {because}", hint=hint, source=_SOURCE)
    is_expressed = _is_expressed(node)
    _check(node, is_expressed)
    stock = as_stock(node, site.all_input_shapes)
    plain = _KEYWORDS.issuperset(layer.config)
    if stock is not None and plain and len(layer.calls) == 1 and not site.masked:
        site.note(stock.verdict, f"{name} is rewritten as {stock.class_name}", source=_SOURCE)
        kept = {"name": _free_name(layer.name, layer, site), "trainable": True}
        config = {**kept, "dtype": node.outputs[0], **stock.config}
        return replace(layer, class_name=stock.class_name, config=config)
    return _in_companion(layer, node, site, is_expressed)


def _in_companion(layer: Layer, node: Node, site: Site, is_expressed: bool) -> Layer:
    name = node.definition.name
    text, verdict = f"applies {node.definition.older}", Verdict.EXACT
    if is_expressed:
        text, verdict = f"{name} as {EXPRESSED[name].text}", EXPRESSED[name].verdict
    if node.definition.stateful:
        text += ", which draws different numbers each time, as in the source"
    lowered = as_companion(layer, site, "TensorFlowOpLayer", text, verdict=verdict)
    config = {**layer.config, "name": _free_name(str(layer.config.get("name")), layer, site)}
    if is_expressed:
        site.companion(f"_op_{name}")
    else:
        config["node_def"] = _older_node(layer.config["node_def"], node)
    return lowered.with_config(config)


def _free_name(name: str, layer: Layer, site: Site) -> str:
    """A name under which TF 1.12 can save the layer again.

    It makes a group of that name in the file, and cannot make a group ``a`` behind ``a/b``; TF 2.3
    sorts them (``save_weights_to_hdf5_group`` in ``saving/hdf5_format.py``).
    """
    taken = {item.name for item in site.model.layers} if site.model is not None else set()
    if not any(layer.name.startswith(f"{other}/") for other in taken):
        return name
    prefix = layer.name.removesuffix(name)
    name = name.replace("/", "_")
    while f"{prefix}{name}" in taken:
        name += "_"
    return name


def _in_float32(layer: Layer, site: Site) -> Layer:
    """The layer with float32 for half precision where a mixed policy is undone around it."""
    names = (
        [policy_name(item.config.get("dtype")) for item in site.model.layers] if site.model else []
    )
    half = {name.removeprefix("mixed_") for name in names if name and name.startswith("mixed_")}
    document = layer.config.get("node_def")
    if (
        not half
        or not isinstance(document, Mapping)
        or not isinstance(document.get("attr"), Mapping)
    ):
        return layer
    words = [{"type": _HALVES[kind]} for kind in half if kind in _HALVES]
    attributes = {
        key: {"type": "DT_FLOAT"} if item in words else item
        for key, item in document["attr"].items()
    }
    if attributes == document["attr"]:
        return layer
    site.note(Verdict.APPROXIMATE, "computes in float32, in half precision in the source")
    return layer.with_config({**layer.config, "node_def": {**document, "attr": attributes}})


def _check_calls(layer: Layer, node: Node) -> None:
    """Every input is a tensor or a constant."""
    wanted = len(node.tensors)
    for call in layer.calls:
        if len(call.refs()) != wanted:
            raise NodeError(f"it is called with {len(call.refs())} tensors, expected {wanted}")


def _is_expressed(node: Node) -> bool:
    """True if TF 1.12 lacks it, or an attribute has a value that TF 1.12 does not know.

    Raises:
        Refused: there is no way to say that value.
    """
    definition = node.definition
    if not definition.older:
        return True
    new = [
        f"{key}={node.attributes[key]!r}"
        for key, neutral in definition.dropped.items()
        if node.attributes[key] not in SAME_AT.get((definition.name, key), (neutral,))
    ]
    if new and definition.name not in EXPRESSED:
        raise Refused(
            f"the operation {definition.name} with {', '.join(new)}, which TF 1.12 does not know",
            hint=_HINT,
            source=_SOURCE,
        )
    return bool(new)


def _check(node: Node, is_expressed: bool) -> None:
    """Refuse what TF 1.12 has no kernel for, and what the companion's functions do not do."""
    definition = node.definition
    name = definition.name
    own = EXPRESSED[name].allowed if is_expressed else {}
    for key, attribute in definition.attributes.items():
        allowed = own.get(key, attribute.allowed)
        for value in _listed(node.attributes[key]):
            if allowed is not None and value not in allowed:
                raise Refused(
                    f"the operation {name} with {key}={value!r}; known there are "
                    f"{', '.join(map(str, allowed))}",
                    hint="cast to float32 before it",
                    source=_SOURCE,
                )
    _check_empty(node)
    if not is_expressed:
        return
    for index in FIXED.get(name, ()):
        if index not in node.constants:
            raise Refused(
                f"the operation {name}: its input {index} is computed by the model, expected a "
                "constant",
                hint=_HINT,
                source=_SOURCE,
            )


def _check_empty(node: Node) -> None:
    """An empty list tells no shape, and only lists of indices are sure to have one dimension."""
    if node.definition.name != "ConcatV2" or node.inputs[0] in ("int32", "int64"):
        return
    empty = [index for index, value in node.constants.items() if value.size == 0]
    if empty:
        raise Refused(
            f"the operation ConcatV2 with an empty constant for input {empty[0]}, whose shape the "
            "file does not tell; TF 2.3 cannot open this file either",
            hint="leave the empty tensor out",
            source=_SOURCE,
        )


def _listed(value: Value) -> list[Value]:
    return value if isinstance(value, list) else [value]


def _older_node(document: Config, node: Node) -> Config:
    """The NodeDef in the words of TF 1.12, without notes of the graph it was taken from."""
    attributes: Mapping[str, Value] = document.get("attr", {})
    kept = {key: item for key, item in attributes.items() if key in node.definition.attributes}
    return {
        "name": document.get("name", node.definition.name),
        "op": node.definition.older,
        "input": document.get("input", []),
        "attr": kept,
    }


CHANGES = (
    Change(
        Kind.LAYER,
        ("TensorFlowOpLayer",),
        held="tf 1.14..",
        source=_SOURCE,
        effect=NewClass(otherwise=_operation),
    ),
)
