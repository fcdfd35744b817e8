"""Layers of well-known packages that no release has, called as companions call them.

Those that compute what a layer of Keras does have no row: they are read as that layer
(`keraport.own.third_party`).
"""

from __future__ import annotations

from typing import Final

from keraport.hub.row import Inputs, Mask, Row, Variable
from keraport.hub.shared import NO_VARIABLES, SCALE_AND_CENTER


def _plain(name: str, shape: str, mask: Mask = Mask.STOPS) -> Row:
    return Row(name, variables=NO_VARIABLES, shape=shape, inputs=Inputs.ONE, mask=mask)


_ADDONS: Final = (
    Row(
        "AddonsGroupNormalization",
        variables=SCALE_AND_CENTER,
        shape="keep",
        inputs=Inputs.ONE,
        mask=Mask.PASSES,
    ),
    Row(
        "AddonsFilterResponseNormalization",
        variables=(
            Variable("learned_epsilon", when="learned_epsilon", default=False),
            Variable("gamma"),
            Variable("beta"),
        ),
        shape="keep",
        inputs=Inputs.ONE,
        mask=Mask.PASSES,
    ),
    Row(
        "AddonsTLU",
        variables=(Variable("tau"), Variable("alpha", when="affine", default=False)),
        shape="keep",
        inputs=Inputs.ONE,
        mask=Mask.PASSES,
    ),
    Row("AddonsSnake", variables=(Variable("Variable"),), shape="keep", inputs=Inputs.ONE),
    _plain("AddonsGELU", "keep", Mask.PASSES),
    _plain("AddonsSparsemax", "keep", Mask.PASSES),
    _plain("AddonsMaxout", "maxout"),
    _plain("AddonsAdaptiveAveragePooling1D", "bins_1d"),
    _plain("AddonsAdaptiveMaxPooling1D", "bins_1d"),
    _plain("AddonsAdaptiveAveragePooling2D", "bins_2d"),
    _plain("AddonsAdaptiveMaxPooling2D", "bins_2d"),
    _plain("AddonsAdaptiveAveragePooling3D", "bins_3d"),
    _plain("AddonsAdaptiveMaxPooling3D", "bins_3d"),
    _plain("AddonsSpatialPyramidPooling2D", "pyramid"),
    Row("AddonsStochasticDepth", variables=NO_VARIABLES, shape="keep"),
)

_ATTENTION: Final = (
    Row(
        "KerasSeqSelfAttention",
        # The names in files begin with that of the layer.
        variables=(
            Variable("Wt", when="attention_type", value="additive"),
            Variable("Wx", when="attention_type", value="additive"),
            Variable("bh", when="use_additive_bias"),
            Variable("Wa"),
            Variable("ba", when="use_attention_bias"),
        ),
        shape="self_attention",
        inputs=Inputs.ONE,
        mask=Mask.PASSES,
    ),
    Row(
        "KerasSeqWeightedAttention",
        variables=(Variable("W"), Variable("b", when="use_bias")),
        shape="weighted_attention",
        inputs=Inputs.ONE,
        mask=Mask.USED_UP,
    ),
    Row(
        "KerasMultiHeadAttention",
        variables=tuple(
            Variable(f"{kind}{part}", when="use_bias" if kind == "b" else "")
            for part in "qkvo"
            for kind in "Wb"
        ),
        shape="heads",
        mask=Mask.OF_QUERIES,
    ),
)

_APPLICATIONS: Final = (
    Row("KerasLayerScale", variables=(Variable("gamma"),), shape="keep", inputs=Inputs.ONE),
    _plain("KerasStochasticDepth", "keep"),
    Row("KerasCustomScaleLayer", variables=NO_VARIABLES, shape="broadcast", inputs=Inputs.SEVERAL),
)
"""Layers that ``keras.applications`` defines for models of its own."""

ROWS: Final = (
    *_ADDONS,
    *_APPLICATIONS,
    *_ATTENTION,
    Row(
        "ContribInstanceNormalization",
        variables=SCALE_AND_CENTER,
        shape="keep",
        inputs=Inputs.ONE,
        mask=Mask.PASSES,
    ),
)

REGISTERED: Final = {"Addons": "tensorflow_addons"}
"""Packages as people install them, by what stands before the ``>`` in names of their classes."""

UNREGISTERED: Final = {
    "InstanceNormalization": "keras-contrib",
    "SeqSelfAttention": "keras-self-attention",
    "SeqWeightedAttention": "keras-self-attention",
    "FixedDropout": "efficientnet",
    "LayerScale": "keras.applications",
    "StochasticDepth": "keras.applications",
}
"""Packages that register nothing, by classes of theirs that no release has."""

ACTIVATIONS: Final = frozenset(
    f"addons_{name}"
    for name in (
        *("gelu", "hardshrink", "lisht", "mish", "rrelu", "snake", "softshrink", "sparsemax"),
        "tanhshrink",
    )
)
"""Functions of the same packages that no release has; each keeps the shape of what it is given."""
