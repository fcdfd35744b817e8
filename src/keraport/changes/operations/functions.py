"""Functions of TensorFlow that a model calls by name, in releases whose Keras does not (TF 1).

All of them only compute. Listed are those that compute the same there; what takes the place of
others stands among the sources of the companion (``_fn_<name>``, with ``_`` for ``.``).
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache

from keraport.catalog.public_names import names_beneath
from keraport.catalog.releases import Release
from keraport.companion.sources_of import available, source_of
from keraport.model import Value

_SAME = """
bitwise.bitwise_and bitwise.bitwise_or bitwise.bitwise_xor bitwise.invert bitwise.left_shift
bitwise.right_shift broadcast_to cast clip_by_value concat expand_dims fill identity
image.adjust_brightness image.adjust_contrast image.adjust_hue image.adjust_saturation
image.flip_left_right image.flip_up_down image.hsv_to_rgb image.rgb_to_hsv image.rgb_to_yuv
image.rgb_to_grayscale image.rot90 linalg.band_part linalg.cholesky linalg.det linalg.inv math.abs
math.acos math.acosh math.add math.add_n math.argmax math.argmin math.asin math.asinh math.atan
math.atan2 math.atanh math.bessel_i0e math.bessel_i1e math.betainc math.ceil math.cos math.cosh
math.count_nonzero math.cumprod math.cumsum math.digamma math.equal math.erf math.erfc math.exp
math.expm1 math.floor math.floordiv math.greater math.greater_equal math.igamma math.igammac
math.l2_normalize math.less math.less_equal math.lgamma math.log math.log1p math.log_sigmoid
math.logical_and math.logical_not math.logical_or math.logical_xor math.maximum math.minimum
math.multiply math.negative math.not_equal math.polygamma math.pow math.reciprocal math.reduce_all
math.reduce_any math.reduce_logsumexp math.reduce_max math.reduce_mean math.reduce_min
math.reduce_prod math.reduce_sum math.rint math.round math.rsqrt math.sigmoid math.sign math.sin
math.sinh math.softplus math.sqrt math.square math.squared_difference math.subtract math.tan
math.tanh math.unsorted_segment_max math.unsorted_segment_sum math.top_k math.xdivy math.xlogy
math.zeta nn.bias_add nn.depth_to_space nn.elu nn.l2_loss nn.local_response_normalization
nn.log_softmax nn.relu nn.relu6 nn.selu nn.softmax nn.softsign nn.space_to_depth one_hot ones_like
range rank reshape reverse reverse_sequence roll slice space_to_batch_nd split stack stop_gradient
strings.join strings.length strings.regex_full_match strings.regex_replace strings.substr
strings.to_hash_bucket_fast strings.to_hash_bucket_strong strings.to_number tensordot tile
truncatediv truncatemod unstack zeros_like
"""
_OTHERWISE: Mapping[str, str] = {
    "__operators__.add": "add",
    "compat.v1.batch_to_space_nd": "batch_to_space_nd",
    "compat.v1.floor_div": "floor_div",
    "compat.v1.gather": "gather",
    "compat.v1.image.resize_bilinear": "image.resize_bilinear",
    "compat.v1.image.resize_nearest_neighbor": "image.resize_nearest_neighbor",
    "compat.v1.nn.conv1d": "nn.conv1d",
    "compat.v1.nn.crelu": "nn.crelu",
    "compat.v1.nn.depthwise_conv2d": "nn.depthwise_conv2d",
    "compat.v1.nn.fused_batch_norm": "nn.fused_batch_norm",
    "compat.v1.norm": "norm",
    "compat.v1.shape": "shape",
    "compat.v1.squeeze": "squeeze",
    "compat.v1.transpose": "transpose",
    "math.floormod": "floormod",
    "math.is_finite": "is_finite",
    "math.is_inf": "is_inf",
    "math.is_nan": "is_nan",
    "strings.as_string": "as_string",
}
"""Function: what TensorFlow 1 calls it."""

OLDER: Mapping[str, str] = {**{name: name for name in _SAME.split()}, **_OTHERWISE}
"""Functions that TensorFlow 1 has: what it calls them."""

COMPUTING = OLDER.keys() | {
    *("linalg.matmul", "linalg.matvec", "math.reduce_std", "math.reduce_variance"),
    *("math.truediv", "nn.silu", "repeat", "where", "image.resize", "nn.leaky_relu"),
}
"""Functions that a companion for TensorFlow 2 calls by name."""

_CALLED: Mapping[str, Mapping[str, str]] = {
    "tf2.0": {**_OTHERWISE, **{name: name for name in COMPUTING if not name.startswith("compat.")}},
}
"""Words of companions: what their releases call functions, where that is not `OLDER`."""

IDLE: Mapping[str, tuple[Value, ...]] = {
    "a_is_sparse": (False,),
    "adjoint_a": (False,),
    "adjoint_b": (False,),
    "b_is_sparse": (False,),
    "batch_dims": (0,),
    "conjugate": (False,),
    "data_format": ("NHWC", "NDHWC", "NWC", "channels_last"),
    "dilations": ([1, 1, 1, 1], [1, 1, 1, 1, 1], 1, [1]),
    "half_pixel_centers": (False,),
    "preserve_aspect_ratio": (False,),
    "use_cudnn_on_gpu": (True, False),
}
"""Argument: the values that say what a function without it does."""

ELSEWHERE: Mapping[str, str] = {"nn.silu": "nn.swish"}
"""Functions that some releases of TensorFlow 2 know by another name alone."""


def own(name: str) -> str:
    """What a companion calls its function in the place of another."""
    return f"_fn_{name.replace('.', '_')}"


def called(name: str, release: Release) -> str:
    """What a release without TFOpLambda calls a function that computes the same; empty if none."""
    names = names_beneath(release)
    tables = (_CALLED.get(release.companion_api, {}), OLDER)
    return next((table[name] for table in tables if table.get(name) in names), "")


@cache
def arguments_of(name: str, release: Release) -> tuple[str, ...] | None:
    """The arguments that the companion may hand to a function; None if it is not known there.

    Args:
        name: as newer releases call the function.
        release: for which the companion is.
    """
    if own(name) in available(release.companion_api):
        found = ast.parse(source_of(own(name), release.companion_api).body).body
        functions = [item for item in found if isinstance(item, ast.FunctionDef)]
        return tuple(item.arg for item in functions[0].args.args)
    public = names_beneath(release).get(called(name, release))
    return None if public is None else public.parameters
