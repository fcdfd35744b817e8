"""Activation functions that older releases do not have by name."""

from __future__ import annotations

from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, without
from keraport.changes.combinators import NewClass, Rewrite, Unchanged
from keraport.changes.site import INPUT, Expansion, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Call, Config, Layer, TensorRef
from keraport.records import dataclass
from keraport.report import Verdict

APPLIED_LAST = frozenset(
    {
        "Dense",
        "Conv1D",
        "Conv2D",
        "Conv3D",
        "Conv2DTranspose",
        "Conv3DTranspose",
        "DepthwiseConv2D",
        "SeparableConv1D",
        "SeparableConv2D",
        "LocallyConnected1D",
        "LocallyConnected2D",
        "Activation",
    }
)
"""Layers whose ``activation`` is the last thing they do, so that a layer behind can do it."""


@dataclass(frozen=True, slots=True)
class _Gated:
    """An activation that is its input times a gate: the activations of it, one after another.

    Args:
        name: of the activation.
        gates: innermost first.
    """

    name: str
    gates: tuple[str, ...]

    def __call__(self, layer: Layer, site: Site) -> Layer | Expansion:
        """Layers for each gate and a Multiply where it is the last thing a layer does."""
        config = layer.config
        is_last = layer.class_name in APPLIED_LAST and config.get("activation") == self.name
        wrapper = site.wrapper
        if not is_last or (wrapper is not None and wrapper.class_name != "TimeDistributed"):
            return _from_companion(self.name, layer, site)
        linear, x = _linear_part(layer)
        last, parts, text = x, list(linear), "x"
        for gate in self.gates:
            name = f"{layer.name}_{gate}"
            gate_config = _plain(name, layer, activation=gate)
            if len(parts) == 0:
                # Whatever else the layer says stays to be judged.
                gate_config = {**without(config, "batch_input_shape"), **gate_config}
            parts.append(Layer(name, "Activation", gate_config, (Call([last]),)))
            last, text = TensorRef(name, 0, 0), f"{gate}({text})"
        site.note(
            Verdict.EXACT,
            f"{self.name} is rewritten as Multiply(x, {text}), which has the layer's name",
        )
        parts.append(Layer(layer.name, "Multiply", _plain(layer.name, layer), (Call([x, last]),)))
        return Expansion(
            tuple(parts),
            (TensorRef(layer.name, 0, 0),),
            main=linear[0].name if linear else "",
            elementwise=True,
        )


def _linear_part(layer: Layer) -> tuple[tuple[Layer, ...], TensorRef]:
    """The layer without its activation, and the tensor that the activation applies to."""
    if layer.class_name == "Activation":
        return (), TensorRef(INPUT, 0, 0)
    name = f"{layer.name}_linear"
    linear = Layer(
        name,
        layer.class_name,
        {**layer.config, "name": name, "activation": "linear"},
        (Call([TensorRef(INPUT, 0, 0)]),),
        weights=layer.weights,
        extra=layer.extra,
    )
    return (linear,), TensorRef(name, 0, 0)


def _plain(name: str, like: Layer, **config: object) -> Config:
    return {"name": name, "trainable": True, "dtype": like.config.get("dtype"), **config}


@dataclass(frozen=True, slots=True)
class _Defined:
    """An activation that the companion defines under its own name."""

    name: str

    def __call__(self, layer: Layer, site: Site) -> Layer | Expansion:
        """The layer as it is."""
        return _from_companion(self.name, layer, site)


@dataclass(frozen=True, slots=True)
class _Silu:
    """swish under another name."""

    gated: _Gated = _Gated("silu", ("sigmoid",))

    def __call__(self, layer: Layer, site: Site) -> Layer | Expansion:
        """That name where the target has it; else what stands for it."""
        if site.api.find(Kind.ACTIVATION, "swish") is None:
            return self.gated(layer, site)
        site.note(Verdict.EXACT, f"the activation silu is called swish in {site.target}")
        named = {key: "swish" for key in _KEYS if layer.config.get(key) == "silu"}
        return layer.with_config({**layer.config, **named})


_KEYS: Final = ("activation", "recurrent_activation")


def _from_companion(name: str, layer: Layer, site: Site) -> Layer:
    site.companion(name)
    site.note(Verdict.EXACT, f"the activation {name} is defined by the companion file")
    return layer


_OF_TENSORFLOW: Final = ("leaky_relu", "log_softmax", "relu6")
"""Functions of ``tf.nn`` that a name may mean since TF 2.6 (``get_globals``)."""

_NEWER: tuple[tuple[str, str, Rewrite], ...] = (
    ("gelu", "tf 2.4..", _Defined("gelu")),
    *((name, "tf 2.6..", _Defined(name)) for name in _OF_TENSORFLOW),
    ("silu", "tf 2.6..", _Silu()),
    ("mish", "tf 2.13..", _Gated("mish", ("softplus", "tanh"))),
)

CHANGES = (
    Change(
        Kind.ACTIVATION,
        ("exponential",),
        held="tf 1.13.., keras2 2.2.3..",
        source=keras_file("1.15.5", "activations.py"),
        effect=NewClass(otherwise=_Defined("exponential")),
    ),
    Change(
        Kind.ACTIVATION,
        ("swish",),
        held="tf 2.2..",
        source=keras_file("2.3.0", "activations.py"),
        effect=NewClass(otherwise=_Gated("swish", ("sigmoid",))),
    ),
    Change(
        Kind.ACTIVATION,
        ("Layer",),
        held="keras2 2.0..",
        source=own_keras_file("2.2.4", "activations.py"),
        effect=Unchanged("a class that the module imports, and no activation"),
    ),
    *(
        Change(
            Kind.ACTIVATION,
            (name,),
            held=held,
            source=own_keras_file("2.15.0", "activations.py"),
            effect=NewClass(otherwise=otherwise),
        )
        for name, held, otherwise in _NEWER
    ),
)
