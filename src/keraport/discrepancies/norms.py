"""BatchNormalization that one network has and the other says by the weights of another layer."""

from __future__ import annotations

from keraport import hub
from keraport.analysis.shapes.infer import infer_shapes
from keraport.discrepancies.editing import free_name, inserted, next_of, removed, replaced
from keraport.discrepancies.following import Item, norms
from keraport.discrepancies.linear import (
    KERNELS,
    bias_or_zeros,
    has_bias,
    inputs_of,
    outputs_of,
    weight_of,
    with_bias,
    without_bias,
)
from keraport.discrepancies.normalisation import (
    channels,
    epsilon_of,
    folded_back,
    folded_forward,
    identity,
    is_plain,
    restated,
    with_bias_inside,
)
from keraport.discrepancies.pair import Pair
from keraport.model import Layer, Model

_HANDS_ON = hub.names(lambda row: row.per_channel)
"""Layers through which a factor and a shift for each channel go unharmed."""


def same_norms(site: Pair) -> None:
    """Give the trained network the BatchNormalizations that the architecture has, and no others."""
    ones, others = (norms(items) for items in site.tails())
    there, wanted = [at for at, _ in ones], [at for at, _ in others]
    for at, item in ones:
        if at not in wanted and item.layer.name not in site.keep:
            _fold(site, at, item)
    for at, item in others:
        if at not in there and item.layer.name not in site.keep:
            _insert(site, at, item)


def same_constants(site: Pair) -> None:
    """Say each BatchNormalization for the epsilon, gamma and beta of the one that has its place."""
    ones, others = (norms(items) for items in site.tails())
    if [at for at, _ in ones] != [at for at, _ in others]:
        return
    for (_, one), (_, other) in zip(ones, others, strict=True):
        norm, config = one.layer, other.layer.config
        same = epsilon_of(norm.config) == epsilon_of(config)
        if not is_plain(norm):
            continue
        if same and all(
            bool(norm.config.get(key, True)) == bool(config.get(key, True))
            for key in ("scale", "center")
        ):
            continue
        new = restated(norm, config)
        if new is None:
            why = "has a gamma or beta that the other BatchNormalization lacks"
            site.could_not(norm.name, other.layer.name, why)
            continue
        site.model = replaced(site.model, new)
        site.did(norm.name, other.layer.name, "its statistics restated for the other epsilon")


def same_bias(site: Pair) -> None:
    """Put a bias where the architecture has it: on the layer, or in the BatchNormalization."""
    layer, other = site.layer, site.counterpart
    if layer.class_name not in KERNELS or other.class_name != layer.class_name:
        return
    if has_bias(layer) == has_bias(other) or not layer.weights:
        return
    if has_bias(other):
        site.model = replaced(site.model, with_bias(layer, bias_or_zeros(layer)))
        site.did(layer.name, other.name, "a bias of zeros added")
        return
    bias, tails = weight_of(layer, "bias"), site.tails()
    if bias is None or not all(items and items[0].is_norm for items in tails):
        return
    norm = tails[0][0].layer
    if not is_plain(norm) or bias.shape != (channels(norm),):
        return
    site.model = replaced(site.model, without_bias(layer), with_bias_inside(norm, bias))
    site.did(layer.name, other.name, f"its bias folded into the statistics of {norm.name}")


def _fold(site: Pair, at: int, item: Item) -> None:
    norm, layer = item.layer, site.layer
    if not is_plain(norm):
        site.could_not(norm.name, site.place, "its weights are not those of a plain one")
        return
    if at == 0 and layer.class_name in KERNELS:
        why = _against_back(site, norm)
        if not why:
            site.model = removed(replaced(site.model, folded_back(layer, norm)), norm.name)
            site.did(norm.name, site.place, f"folded into the weights of {layer.name}")
            return
    else:
        why = _forward(site, norm)
        if not why:
            return
    site.could_not(norm.name, site.place, why)


def _against_back(site: Pair, norm: Layer) -> str:
    """Why a BatchNormalization cannot be folded into the layer before it; empty if it can."""
    if len(site.layer.calls) != 1:
        return f"{site.anchor} is used more than once"
    if not has_bias(site.counterpart):
        return f"{site.place} of the architecture has no bias (use_bias=False) to carry its shift"
    count = channels(norm)
    fits = count == outputs_of(site.layer) and bias_or_zeros(site.layer).shape == (count,)
    if not fits or not _over_channels(site.model, norm, site.layer):
        return f"does not normalise the channels of {site.anchor}"
    return ""


def _forward(site: Pair, norm: Layer) -> str:
    """Fold a BatchNormalization into the linear layer behind it; why not, if that is impossible."""
    flat = turned = False
    layer = next_of(site.model, norm.name)
    while layer is not None and layer.class_name in _HANDS_ON:
        flat = flat or layer.class_name == "Flatten"
        turned = turned or layer.config.get("data_format") == "channels_first"
        layer = next_of(site.model, layer.name)
    spec = KERNELS.get(layer.class_name) if layer is not None else None
    if layer is None or spec is None:
        return "no layer with weights reads it alone, into which it could be folded"
    if not spec.spatial:
        return f"a shift cannot be folded into {layer.class_name} {layer.name}"
    if spec.borders and layer.config.get("padding") != "valid":
        return (
            f"{layer.name} pads with zeros (padding={layer.config.get('padding')!r}), which its "
            "shift must not reach"
        )
    repeats, rest = divmod(inputs_of(layer), channels(norm) or 1)
    turned = turned or layer.config.get("data_format") == "channels_first"
    fits = not rest and (repeats == 1 or flat) and _over_channels(site.model, norm, None)
    if turned or not fits:
        return f"does not normalise the channels that {layer.name} reads"
    others = [other for other in site.rebuilt.layers if other.name == layer.name]
    if others and not has_bias(others[0]):
        return f"{layer.name} of the architecture has no bias (use_bias=False) to carry its shift"
    new = folded_forward(norm, layer, repeats)
    site.model = removed(replaced(site.model, new), norm.name)
    site.did(norm.name, site.place, f"folded into the weights of {layer.name}")
    return ""


def _insert(site: Pair, at: int, item: Item) -> None:
    norm = item.layer
    count = channels(norm) or _inferred_channels(site.rebuilt, norm)
    if not count:
        site.could_not(site.anchor, norm.name, "its number of channels is not known")
        return
    items = [found for found in site.tails()[0] if not found.is_norm]
    if at > len(items):
        site.could_not(site.anchor, norm.name, "nothing in the trained network has its place")
        return
    if at == 0:
        site.split()
        after = site.anchor
    else:
        after = items[at - 1].layer.name
    name = free_name(site.model, norm.name)
    site.model = inserted(site.model, after, identity(name, norm.config, count))
    site.did(site.anchor, norm.name, f"an identity put behind {after}")


def _inferred_channels(model: Model, norm: Layer) -> int:
    axis = _axis(norm)
    calls = infer_shapes(model).get(norm.name, ())
    shape = calls[0].inputs[0] if calls and calls[0].inputs else None
    if shape is None or axis is None or not -len(shape) <= axis < len(shape):
        return 0
    return shape[axis] or 0


def _axis(norm: Layer) -> int | None:
    axis = norm.config.get("axis", -1)
    if isinstance(axis, list | tuple) and len(axis) == 1:
        axis = axis[0]
    return axis if type(axis) is int else None


def _over_channels(model: Model, norm: Layer, layer: Layer | None) -> bool:
    """True if the axis is that of the channels, of `layer` or counted from the end."""
    axis = _axis(norm)
    calls = infer_shapes(model).get(norm.name, ())
    shape = calls[0].inputs[0] if calls and calls[0].inputs else None
    first = layer is not None and layer.config.get("data_format") == "channels_first"
    if axis is None:
        return False
    if axis >= 0 and shape is None:
        return False
    rank = len(shape) if shape is not None else 0
    counted = axis - rank if axis >= 0 else axis
    return counted == (1 - rank if first else -1)
