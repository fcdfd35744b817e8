"""Layers that work along one to three axes: convolutions, pooling, resampling."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport.hub.row import Inputs, Kernel, Mask, Row, Variable
from keraport.hub.shared import BIAS, KERNEL_AND_BIAS, NO_VARIABLES

_CONVOLUTION: Final = Row(
    "Conv1D",
    variables=KERNEL_AND_BIAS,
    variable_shapes="convolution",
    shape="convolution",
    rank=1,
    inputs=Inputs.ONE,
    kernel=Kernel(("kernel", (-1,)), ("kernel", (-2,))),
    applies_activation_last=True,
)
_TRANSPOSED: Final = replace(
    _CONVOLUTION,
    name="Conv1DTranspose",
    variable_shapes="transposed_convolution",
    shape="transposed_convolution",
    kernel=Kernel(("kernel", (-2,)), ("kernel", (-1,)), spatial=False),
)
# The outputs of a DepthwiseConv2D are numbered by input channel first (``depthwise_conv2d``).
_DEPTHWISE: Final = replace(
    _CONVOLUTION,
    name="DepthwiseConv1D",
    variables=(Variable("depthwise_kernel"), BIAS),
    variable_shapes="depthwise_convolution",
    shape="depthwise_convolution",
    kernel=Kernel(("depthwise_kernel", (-2, -1)), ("depthwise_kernel", (-2,))),
)
_SEPARABLE: Final = replace(
    _CONVOLUTION,
    name="SeparableConv1D",
    variables=(Variable("depthwise_kernel"), Variable("pointwise_kernel"), BIAS),
    variable_shapes="separable_convolution",
    shape="separable_convolution",
    kernel=Kernel(("pointwise_kernel", (-1,)), ("depthwise_kernel", (-2,)), spatial=False),
)
_LOCAL: Final = replace(
    _CONVOLUTION,
    name="LocallyConnected1D",
    variable_shapes="local_convolution",
    shape="local_convolution",
    kernel=None,
    built_for_sizes=True,
)

_RESAMPLING: Final = Row(
    "UpSampling1D",
    variables=NO_VARIABLES,
    shape="enlarged",
    rank=1,
    inputs=Inputs.ONE,
    homogeneous=True,
)
_CROPPING: Final = replace(_RESAMPLING, name="Cropping1D", shape="cropped")
_PADDING: Final = replace(_RESAMPLING, name="ZeroPadding1D", shape="padded")
_POOLING: Final = replace(_RESAMPLING, name="MaxPooling1D", shape="pooling")
_GLOBAL_POOLING: Final = replace(_RESAMPLING, name="GlobalMaxPooling1D", shape="global_pooling")
_GLOBAL_AVERAGE: Final = replace(_GLOBAL_POOLING, name="GlobalAveragePooling1D", per_channel=True)

ROWS: Final = (
    replace(_CONVOLUTION, reads_own_alone=True),
    replace(_CONVOLUTION, name="Conv2D", rank=2, reads_own_alone=True),
    replace(_CONVOLUTION, name="Conv3D", rank=3, reads_own_alone=True),
    _TRANSPOSED,
    replace(_TRANSPOSED, name="Conv2DTranspose", rank=2),
    replace(_TRANSPOSED, name="Conv3DTranspose", rank=3),
    _DEPTHWISE,
    replace(_DEPTHWISE, name="DepthwiseConv2D", rank=2),
    _SEPARABLE,
    replace(_SEPARABLE, name="SeparableConv2D", rank=2),
    _LOCAL,
    replace(_LOCAL, name="LocallyConnected2D", rank=2),
    _RESAMPLING,
    replace(_RESAMPLING, name="UpSampling2D", rank=2),
    replace(_RESAMPLING, name="UpSampling3D", rank=3),
    _CROPPING,
    replace(_CROPPING, name="Cropping2D", rank=2),
    replace(_CROPPING, name="Cropping3D", rank=3),
    _PADDING,
    replace(_PADDING, name="ZeroPadding2D", rank=2),
    replace(_PADDING, name="ZeroPadding3D", rank=3),
    _POOLING,
    replace(_POOLING, name="MaxPooling2D", rank=2),
    replace(_POOLING, name="MaxPooling3D", rank=3),
    replace(_POOLING, name="AveragePooling1D"),
    replace(_POOLING, name="AveragePooling2D", rank=2),
    replace(_POOLING, name="AveragePooling3D", rank=3),
    _GLOBAL_POOLING,
    replace(_GLOBAL_POOLING, name="GlobalMaxPooling2D", rank=2),
    replace(_GLOBAL_POOLING, name="GlobalMaxPooling3D", rank=3),
    replace(_GLOBAL_AVERAGE, mask=Mask.USED_UP, asks_for_mask=True),
    replace(_GLOBAL_AVERAGE, name="GlobalAveragePooling2D", rank=2),
    replace(_GLOBAL_AVERAGE, name="GlobalAveragePooling3D", rank=3),
)
