"""BatchNormalization as what it is when a model predicts: a factor and a shift for each channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from keraport.discrepancies.linear import (
    KERNELS,
    along,
    bias_name,
    bias_or_zeros,
    role,
    weight_of,
    with_bias,
    with_weights,
)
from keraport.model import Config, Layer, Weight, combined_weight, constant_weight
from keraport.model.weights import Array

ROLES = ("gamma", "beta", "moving_mean", "moving_variance")
EPSILON = 1e-3
"""What a BatchNormalization adds to its variance unless its config says otherwise."""


def epsilon_of(config: Config) -> float:
    """What the layer adds to its variance."""
    value = config.get("epsilon", EPSILON)
    return float(value) if isinstance(value, int | float) else EPSILON


def channels(layer: Layer) -> int:
    """How many channels a BatchNormalization has."""
    mean = weight_of(layer, "moving_mean")
    return mean.shape[0] if mean is not None else 0


def is_plain(layer: Layer) -> bool:
    """True if the file has the four weights, or less, that count, one number a channel."""
    shape = (channels(layer),)
    roles = [role(weight) for weight in layer.weights]
    expected = [
        name
        for name, flag in zip(ROLES, ("scale", "center", "", ""), strict=True)
        if not flag or layer.config.get(flag, True)
    ]
    return roles == expected and all(weight.shape == shape for weight in layer.weights)


def factor_and_shift(arrays: dict[str, Array], epsilon: float) -> tuple[Array, Array]:
    """``y = factor * x + shift``, in double precision.

    Source: ``batch_normalization`` in ``ops/nn_impl.py`` (TF 1.12, 2.3).

    Args:
        arrays: by role; gamma and beta may be missing.
        epsilon: added to the variance.
    """
    double = {name: array.astype(np.float64) for name, array in arrays.items()}
    factor = double.get("gamma", np.float64(1)) / np.sqrt(double["moving_variance"] + epsilon)
    return factor, double.get("beta", np.float64(0)) - double["moving_mean"] * factor


def folded_back(linear: Layer, norm: Layer) -> Layer:
    """A linear layer that does what it did and what the BatchNormalization behind it did.

    Args:
        linear: of a class in `KERNELS`, its activation linear.
        norm: over the channels that come out of it.
    """
    variable, axes = KERNELS[linear.class_name].output
    kernel, bias = weight_of(linear, variable), bias_or_zeros(linear)
    if kernel is None:
        raise ValueError(f"{linear.name}: has no {variable}")

    def scaled(kernel: Array, *norms: Array) -> Array:
        factor, _ = _parts(norm, norms)
        return (kernel * along(factor, kernel, axes)).astype(kernel.dtype)

    def shifted(bias: Array, *norms: Array) -> Array:
        factor, shift = _parts(norm, norms)
        return (bias * factor + shift).astype(bias.dtype)

    new_kernel = combined_weight((kernel, *norm.weights), kernel.name, kernel.shape, scaled)
    new_bias = combined_weight((bias, *norm.weights), bias_name(linear), bias.shape, shifted)
    return with_bias(with_weights(linear, {variable: new_kernel}), new_bias)


def folded_forward(norm: Layer, linear: Layer, repeats: int = 1) -> Layer:
    """A linear layer that does what the BatchNormalization in front of it did, and what it did.

    Exact only where no zeros are padded in between: a shift would reach them, too.

    Args:
        norm: the BatchNormalization.
        linear: of a class in `KERNELS` with ``spatial``.
        repeats: how often the channels come one after the other, behind a Flatten.
    """
    spec = KERNELS[linear.class_name]
    variable, axes = spec.input
    kernel, bias = weight_of(linear, variable), bias_or_zeros(linear)
    if kernel is None:
        raise ValueError(f"{linear.name}: has no {variable}")
    depthwise = spec.output[1] == (-2, -1)

    def scaled(kernel: Array, *norms: Array) -> Array:
        factor = np.tile(_parts(norm, norms)[0], repeats)
        return (kernel * along(factor, kernel, axes)).astype(kernel.dtype)

    def shifted(bias: Array, kernel: Array, *norms: Array) -> Array:
        shift = np.tile(_parts(norm, norms)[1], repeats)
        moved = kernel.astype(np.float64) * along(shift, kernel, axes)
        kept = 2 if depthwise else 1
        total = moved.sum(axis=tuple(range(moved.ndim - kept))).reshape(-1)
        return np.asarray(bias + total, bias.dtype)

    name, norms = bias_name(linear), norm.weights
    new_kernel = combined_weight((kernel, *norms), kernel.name, kernel.shape, scaled)
    new_bias = combined_weight((bias, kernel, *norms), name, bias.shape, shifted)
    return with_bias(with_weights(linear, {variable: new_kernel}), new_bias)


def identity(name: str, config: Config, count: int) -> Layer:
    """A BatchNormalization that hands on what it gets.

    Args:
        name: of the new layer.
        config: of the BatchNormalization whose place it takes; says epsilon, scale and center.
        count: how many channels it has.
    """
    one, zero = np.ones(count, np.float32), np.zeros(count, np.float32)
    values = {
        **({"gamma": one} if config.get("scale", True) else {}),
        **({"beta": zero} if config.get("center", True) else {}),
        "moving_mean": zero,
        "moving_variance": np.full(count, 1 - epsilon_of(config), np.float32),
    }
    weights = tuple(constant_weight(f"{name}/{role}:0", array) for role, array in values.items())
    return Layer(name, "BatchNormalization", {**config, "name": name}, weights=weights)


def with_bias_inside(norm: Layer, bias: Weight) -> Layer:
    """The BatchNormalization for an input to which `bias` is no longer added."""
    mean = weight_of(norm, "moving_mean")
    if mean is None:
        raise ValueError(f"{norm.name}: has no moving_mean")
    new = combined_weight((mean, bias), mean.name, mean.shape, _minus)
    return with_weights(norm, {"moving_mean": new})


def restated(norm: Layer, config: Config) -> Layer | None:
    """The same BatchNormalization for another ``epsilon``, or with a gamma or beta it lacked.

    Args:
        norm: with its weights.
        config: that of the layer whose place it takes.

    Returns:
        None if it cannot be said: a gamma or beta that the other lacks.
    """
    flags = {key: bool(config.get(key, True)) for key in ("scale", "center")}
    if any(norm.config.get(key, True) and not wanted for key, wanted in flags.items()):
        return None
    old, new = epsilon_of(norm.config), epsilon_of(config)
    weights = {role(weight): weight for weight in norm.weights}
    name = weights["moving_mean"].name.rpartition("/")[0]
    count, dtype = channels(norm), np.dtype(weights["moving_mean"].dtype)
    variance = weights["moving_variance"]
    if flags["scale"] and "gamma" not in weights:
        weights["gamma"] = constant_weight(f"{name}/gamma:0", np.ones(count, dtype))
    if flags["center"] and "beta" not in weights:
        weights["beta"] = constant_weight(f"{name}/beta:0", np.zeros(count, dtype))
    if old != new:
        weights["moving_variance"] = combined_weight(
            [variance], variance.name, variance.shape, _raised(old - new)
        )
    kept = {key: config[key] for key in ("scale", "center", "epsilon") if key in config}
    ordered = tuple(weights[name] for name in ROLES if name in weights)
    return replace(norm, config={**norm.config, **kept}, weights=ordered)


def _raised(amount: float) -> Callable[[Array], Array]:
    def function(values: Array) -> Array:
        return (values.astype(np.float64) + amount).astype(values.dtype)

    return function


def _parts(norm: Layer, arrays: tuple[Array, ...]) -> tuple[Array, Array]:
    by_role = dict(zip(map(role, norm.weights), arrays, strict=True))
    return factor_and_shift(by_role, epsilon_of(norm.config))


def rescaled(norm: Layer, factor: float) -> Layer:
    """The BatchNormalization for an input that was divided by `factor`."""
    new: dict[str, Weight] = {}
    for weight in norm.weights:
        function: Callable[[Array], Array] | None = None
        if role(weight) == "moving_mean":
            function = times(1 / factor)
        elif role(weight) == "gamma":
            function = times(factor)
        elif role(weight) == "moving_variance" and weight_of(norm, "gamma") is None:
            epsilon = epsilon_of(norm.config)
            function = _stretched(factor, epsilon)
        if function is not None:
            new[role(weight)] = combined_weight([weight], weight.name, weight.shape, function)
    return with_weights(norm, new)


def times(factor: float) -> Callable[[Array], Array]:
    """Multiplies in double precision."""

    def function(values: Array) -> Array:
        return (values.astype(np.float64) * factor).astype(values.dtype)

    return function


def _stretched(factor: float, epsilon: float) -> Callable[[Array], Array]:
    def function(variance: Array) -> Array:
        double = variance.astype(np.float64)
        return ((double + epsilon) / factor**2 - epsilon).astype(variance.dtype)

    return function


def _minus(values: Array, other: Array) -> Array:
    difference: Array = values - other
    return difference
