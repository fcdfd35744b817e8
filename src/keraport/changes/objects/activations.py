"""Activation functions that older releases do not have by name."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change, without
from keraport.changes.combinators import NewClass
from keraport.changes.site import INPUT, Expansion, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Call, Config, Layer, TensorRef
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


def _swish(layer: Layer, site: Site) -> Layer | Expansion:
    """swish(x) = x * sigmoid(x), which is how ``nn.swish`` computes it (nn_impl.py, TF 2.3)."""
    is_last = layer.class_name in APPLIED_LAST and layer.config.get("activation") == "swish"
    if not is_last or (site.wrapper is not None and site.wrapper.class_name != "TimeDistributed"):
        return _from_companion("swish", layer, site)
    site.note(
        Verdict.EXACT, "swish is rewritten as Multiply(x, sigmoid(x)), which has the layer's name"
    )
    linear, x = _linear_part(layer)
    gate_name = f"{layer.name}_sigmoid"
    gate_config = _plain(gate_name, layer, activation="sigmoid")
    if not linear:
        # Whatever else the layer says stays to be judged.
        gate_config = {**without(layer.config, "batch_input_shape"), **gate_config}
    gate = Layer(gate_name, "Activation", gate_config, (Call([x]),))
    product = Layer(
        layer.name,
        "Multiply",
        _plain(layer.name, layer),
        (Call([x, TensorRef(gate_name, 0, 0)]),),
    )
    return Expansion(
        (*linear, gate, product),
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


def _exponential(layer: Layer, site: Site) -> Layer | Expansion:
    return _from_companion("exponential", layer, site)


def _from_companion(name: str, layer: Layer, site: Site) -> Layer:
    site.companion(name)
    site.note(Verdict.EXACT, f"the activation {name} is defined by the companion file")
    return layer


_HINT = "define the activation in a file of your own and name that file with --objects"

CHANGES = (
    Change(
        Kind.ACTIVATION,
        ("exponential",),
        held="tf 1.13..",
        source=keras_file("1.15.5", "activations.py"),
        effect=NewClass(otherwise=_exponential),
    ),
    Change(
        Kind.ACTIVATION,
        ("swish",),
        held="tf 2.2..",
        source=keras_file("2.3.0", "activations.py"),
        effect=NewClass(otherwise=_swish),
    ),
    *(
        Change(
            Kind.ACTIVATION,
            (name,),
            held=held,
            source=own_keras_file("2.15.0", "activations.py"),
            effect=NewClass(because=because, hint=_HINT),
        )
        for name, held, because in (
            ("gelu", "tf 2.4..", "no layer of it computes the error function"),
            ("mish", "tf 2.13..", "no activation of it is x * tanh(softplus(x))"),
        )
    ),
)
