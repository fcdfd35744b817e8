"""selu as ELU: ``selu(x) = 1.0507 * elu(x, 1.6733)``, the factor taken by the next weights."""

from __future__ import annotations

from dataclasses import replace

from keraport import hub
from keraport.discrepancies.editing import is_output, is_simple, readers, replaced
from keraport.discrepancies.functions import (
    SELU,
    SELU_ALPHA,
    SELU_SCALE,
    Function,
    function_of,
    relu,
    spelt_like,
)
from keraport.discrepancies.linear import role
from keraport.discrepancies.normalisation import rescaled, times
from keraport.discrepancies.pair import Pair
from keraport.model import Layer, Model, Weight, combined_weight

_STEEPEST = 1e-6
"""How far an ELU's alpha may be from selu's, relatively: rounding, but no shortened number."""

_HOMOGENEOUS = hub.names(lambda row: row.homogeneous)
"""Layers for which it is the same whether a positive factor comes before or after them."""


class CannotAbsorbError(Exception):
    """Some reader of a tensor has no weights that could take a factor."""


def same_scale(site: Pair) -> None:
    """Say selu by the architecture's ELU, or the other way round."""
    ones, others = site.tails()
    for one, other in zip(ones, others, strict=False):
        factor = _factor(one.function, other.function)
        if factor is None:
            continue
        before = site.model
        name = site.split() if one.layer.name == site.anchor else one.layer.name
        new = spelt_like(site.model.layer(name), other.layer)
        if other.layer.name == site.place:
            config = {"name": name, "activation": other.layer.config.get("activation")}
            new = replace(new, class_name="Activation", config=config)
        site.model = replaced(site.model, new)
        try:
            site.model, takers = absorbed(site.model, name, factor)
        except CannotAbsorbError as problem:
            site.model = before
            site.could_not(one.layer.name, other.layer.name, str(problem))
            continue
        what = f"its activation, the factor {factor:.7g} taken by the weights of "
        site.did(one.layer.name, other.layer.name, what + ", ".join(takers))


def _factor(one: Function | None, other: Function | None) -> float | None:
    """What has to be multiplied behind the second function to get the first; None if neither."""
    if one == SELU and _is_selu_elu(other):
        return SELU_SCALE
    if other == SELU and _is_selu_elu(one):
        return 1 / SELU_SCALE
    return None


def _is_selu_elu(function: Function | None) -> bool:
    if function is None or function[0] != "elu" or not isinstance(function[1], float):
        return False
    return abs(function[1] / SELU_ALPHA - 1) <= _STEEPEST


def absorbed(model: Model, name: str, factor: float) -> tuple[Model, list[str]]:
    """The model in which everything that reads a layer works as if it were `factor` times larger.

    Returns:
        the model and the names of the layers whose weights changed.

    Raises:
        CannotAbsorbError: something reads the layer that has no weights to take the factor.
    """
    if is_output(model, name):
        raise CannotAbsorbError(f"the model returns {name}, and no weights follow to take a factor")
    takers: list[str] = []
    for layer, _ in readers(model, name):
        if not is_simple(layer):
            raise CannotAbsorbError(f"{layer.name} reads several tensors, or is used several times")
        if layer.class_name == "BatchNormalization":
            model = replaced(model, rescaled(layer, factor))
            takers.append(layer.name)
        elif _takes(layer):
            model = replaced(model, _rescaled_kernel(layer, factor))
            takers.append(layer.name)
        elif layer.class_name in _HOMOGENEOUS or _is_homogeneous(layer):
            model, more = absorbed(model, layer.name, factor)
            takers += more
        else:
            raise CannotAbsorbError(f"{layer.class_name} {layer.name} cannot take a factor")
    return model, takers


def _takes(layer: Layer) -> bool:
    return bool(layer.weights) and _variable(layer) is not None


def _variable(layer: Layer) -> str | None:
    """The role of the weights that multiply what goes in; None if that is not known."""
    row = hub.row(layer.class_name)
    if row is None:
        return None
    inner = layer.config.get(row.holds)
    if row.holds == "layer" and isinstance(inner, Layer):
        return _variable(inner)
    if row.cell:
        return "kernel"
    return row.kernel.input[0] if row.kernel is not None else None


def _rescaled_kernel(layer: Layer, factor: float) -> Layer:
    """All weights of the role, which a Bidirectional has twice."""
    wanted = _variable(layer)

    def changed(weight: Weight) -> Weight:
        if role(weight) != wanted:
            return weight
        return combined_weight([weight], weight.name, weight.shape, times(factor))

    return replace(layer, weights=tuple(map(changed, layer.weights)))


def _is_homogeneous(layer: Layer) -> bool:
    """True for functions that only know the sign: ReLU without bounds, leaky or not."""
    function = function_of(layer)
    return function == ("linear",) or (
        function is not None
        and function[0] == "relu"
        and function[1:2] + function[3:] == relu()[1:2] + relu()[3:]
    )
