"""Convolutions of inputs with several batch dimensions."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, without
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.site import INPUT, Expansion, Site
from keraport.changes.sources import TF_2_3
from keraport.model import Call, Layer, TensorRef
from keraport.report import Verdict

_RANKS = {"Conv1D": 3, "Conv2D": 4, "Conv3D": 5}


@declared
class ExtraBatchDimensions(Effect):
    """Convolutions take inputs with several batch dimensions."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """A TimeDistributed for each further dimension; the companion's class where sizes vary."""
        ranks = {None if shape is None else len(shape) for shape in site.input_shapes}
        wanted = _RANKS[subject.class_name]
        extra = max((rank - wanted for rank in ranks if rank is not None), default=0)
        if extra <= 0 or not isinstance(subject, Layer):
            return subject
        because = f"its input is of rank {wanted + extra}, and {wanted} is what a convolution takes"
        stock = _has_activation(subject, site)
        apart = subject.config.get("activity_regularizer") is None
        if not (_is_plain(subject, site) and (stock or apart)):
            return as_companion(subject, site, f"{subject.class_name}V2", because)
        site.note(Verdict.EXACT, f"within TimeDistributed: {because}", source=change.source)
        return _distributed(subject, extra) if stock else _with_activation_behind(subject, extra)


def _is_plain(layer: Layer, site: Site) -> bool:
    """True for a layer of the outermost model whose inputs are all of one known size."""
    sizes = {None if shape is None else shape[1:] for shape in site.input_shapes}
    known = len(sizes) == 1 and not any(size is None or None in size for size in sizes)
    outermost = site.model is not None and site.path == layer.name
    return known and outermost and not site.masked


def _has_activation(layer: Layer, site: Site) -> bool:
    """True if the target has the layer's activation: nothing inside a wrapper is looked at."""
    name = layer.config.get("activation")
    return name is None or (
        isinstance(name, str) and site.api.find(Kind.ACTIVATION, name) is not None
    )


def _with_activation_behind(layer: Layer, times: int) -> Expansion:
    name = f"{layer.name}_linear"
    config = {**layer.config, "name": name, "activation": "linear"}
    calls = (Call([TensorRef(INPUT, 0, 0)]),)
    linear = _distributed(replace(layer, name=name, config=config, calls=calls), times)
    own = {key: layer.config[key] for key in ("dtype", "activation") if key in layer.config}
    config = {"name": layer.name, "trainable": True, **own}
    behind = Layer(layer.name, "Activation", config, (Call([TensorRef(name, 0, 0)]),))
    return Expansion((linear, behind), (TensorRef(layer.name, 0, 0),), main=name)


def _distributed(layer: Layer, times: int) -> Layer:
    """The layer within so many TimeDistributed, the outermost of which has its name."""
    outer = {key: layer.config[key] for key in ("trainable", "dtype") if key in layer.config}
    name = f"{layer.name}_step"
    inner = Layer(name, layer.class_name, {**without(layer.config, "batch_input_shape")})
    inner = inner.with_config({**inner.config, "name": name})
    for count in range(times, 0, -1):
        around = layer.name if count == 1 else f"{layer.name}_step_{count}"
        config = {"name": around, **outer, "layer": inner}
        inner = Layer(around, "TimeDistributed", config)
    weights = tuple(
        replace(weight, name=f"{layer.name}/{name}/{weight.name.rpartition('/')[2]}")
        for weight in layer.weights
    )
    kept = {key: layer.config[key] for key in ("batch_input_shape",) if key in layer.config}
    config = {**inner.config, **kept}
    return replace(layer, class_name="TimeDistributed", config=config, weights=weights)


CHANGES = (
    Change(
        Kind.LAYER,
        tuple(_RANKS),
        key="kernel_size",
        held="tf 2.3.., keras3 none",
        source=TF_2_3,
        effect=ExtraBatchDimensions(),
    ),
)
