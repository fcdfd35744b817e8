import numpy as np
from keras import ops


def _of_two(compute):
    return lambda x, y: compute(*_alike(x, y))


def _reducing(reduce):
    return lambda x, axis=None, keepdims=False: _reduced(reduce, x, axis, keepdims)


def _clip(x, clip_value_min, clip_value_max):
    x, least, most = _alike(x, clip_value_min, clip_value_max)
    return ops.maximum(ops.minimum(x, most), least)


def _divide_no_nan(x, y):
    x, y = _alike(x, y)
    zero = ops.equal(y, ops.zeros_like(y))
    found = ops.divide(x, ops.where(zero, ops.ones_like(y), y))
    return ops.where(zero, ops.zeros_like(found), found)


def _l2_normalize(x, axis=None, epsilon=1e-12):
    total = _reduced(ops.sum, ops.square(x), axis, True)
    return x * ops.rsqrt(ops.maximum(*_alike(total, epsilon)))


def _matmul(a, b, transpose_a=False, transpose_b=False):
    a, b = _alike(a, b)
    a = ops.swapaxes(a, -1, -2) if transpose_a else a
    return ops.matmul(a, ops.swapaxes(b, -1, -2) if transpose_b else b)


def _cumulating(cumulate, first):
    return lambda x, axis=0, exclusive=False, reverse=False: _cumulated(
        cumulate, first, x, axis, exclusive, reverse
    )


def _cumulated(cumulate, first, x, axis, exclusive, reverse):
    x = ops.flip(x, axis) if reverse else x
    if exclusive:
        start = ops.full_like(ops.take(x, np.array([0]), axis=axis), first)
        rest = ops.take(x, np.arange(x.shape[axis] - 1), axis=axis)
        x = ops.concatenate([start, rest], axis=axis)
    x = cumulate(x, axis=axis)
    return ops.flip(x, axis) if reverse else x


def _pad(x, paddings, mode="CONSTANT", constant_values=0):
    if mode != "CONSTANT":
        return ops.pad(x, paddings, mode=mode.lower())
    return ops.pad(x, paddings, constant_values=constant_values)


def _slice(x, begin, size):
    places = [slice(b, None if s == -1 else b + s) for b, s in zip(begin, size)]
    return x[tuple(places)]


def _blocks(x, block_size, deep):
    """Squares of pixels as channels, or channels as squares of pixels."""
    height, width, channels = x.shape[1:]
    if deep:
        x = ops.reshape(
            x,
            (-1, height // block_size, block_size, width // block_size, block_size, channels),
        )
        x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
        sizes = (height // block_size, width // block_size, channels * block_size**2)
        return ops.reshape(x, (-1, *sizes))
    rest = channels // block_size**2
    x = ops.reshape(x, (-1, height, width, block_size, block_size, rest))
    x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
    return ops.reshape(x, (-1, height * block_size, width * block_size, rest))


def _place(find, x, axis, output_type):
    # Keras on jax takes -0.0 for less than 0.0, and TensorFlow does not.
    x = ops.where(ops.equal(x, ops.zeros_like(x)), ops.zeros_like(x), x)
    return ops.cast(find(x, axis=0 if axis is None else axis), output_type)


def _split(x, num_or_size_splits, axis=0):
    if isinstance(num_or_size_splits, int):
        return ops.split(x, num_or_size_splits, axis=axis)
    found, start = [], 0
    places = [slice(None)] * (axis % len(x.shape))
    for size in num_or_size_splits:
        found.append(x[(*places, slice(start, start + size))])
        start += size
    return found


def _squeeze(x, axis=None):
    if axis is None:
        return ops.squeeze(x)
    axes = axis if isinstance(axis, (list, tuple)) else [axis]
    for place in sorted({place % len(x.shape) for place in axes}, reverse=True):
        x = ops.squeeze(x, axis=place)
    return x


# What functions of TensorFlow compute. Those of them that take integers are exact for these.
_functions_in_ops = {
    "__operators__.add": _of_two(ops.add),
    "broadcast_to": lambda x, shape: ops.broadcast_to(x, shape),
    "cast": lambda x, dtype: ops.cast(x, dtype),
    "clip_by_value": _clip,
    "compat.v1.gather": lambda x, indices, axis=0: ops.take(
        x, np.array(indices, "int32"), axis=0 if axis is None else axis
    ),
    "compat.v1.nn.crelu": lambda x, axis=-1: ops.relu(ops.concatenate([x, -x], axis=axis)),
    "compat.v1.pad": _pad,
    "compat.v1.squeeze": _squeeze,
    "compat.v1.transpose": lambda x, perm=None: ops.transpose(x, axes=perm),
    "concat": lambda x, axis: ops.concatenate(_alike(*x), axis=axis),
    "expand_dims": lambda x, axis: ops.expand_dims(x, axis),
    "identity": lambda x: x,
    "image.flip_left_right": lambda x: ops.flip(x, axis=-2),
    "image.flip_up_down": lambda x: ops.flip(x, axis=-3),
    "image.resize": lambda x, size, method="bilinear", antialias=False: _interpolated(
        x, *size, method, antialias=antialias
    ),
    "linalg.matmul": _matmul,
    "math.abs": lambda x: ops.abs(x),
    "math.acosh": lambda x: ops.arccosh(x),
    "math.acos": lambda x: ops.arccos(x),
    "math.add": _of_two(ops.add),
    "math.add_n": lambda x: sum(x[1:], x[0]),
    "math.argmax": lambda x, axis=0, output_type="int64": _place(ops.argmax, x, axis, output_type),
    "math.argmin": lambda x, axis=0, output_type="int64": _place(ops.argmin, x, axis, output_type),
    "math.asin": lambda x: ops.arcsin(x),
    "math.asinh": lambda x: ops.arcsinh(x),
    "math.atan2": lambda y, x: ops.arctan2(*_alike(y, x)),
    "math.atanh": lambda x: ops.arctanh(x),
    "math.atan": lambda x: ops.arctan(x),
    "math.ceil": lambda x: ops.ceil(x),
    "math.cos": lambda x: ops.cos(x),
    "math.cosh": lambda x: ops.cosh(x),
    "math.cumprod": _cumulating(ops.cumprod, 1),
    "math.cumsum": _cumulating(ops.cumsum, 0),
    "math.divide_no_nan": _divide_no_nan,
    "math.equal": _of_two(ops.equal),
    "math.erf": lambda x: ops.erf(x),
    "math.exp": lambda x: ops.exp(x),
    "math.expm1": lambda x: ops.expm1(x),
    "math.floor": lambda x: ops.floor(x),
    "math.floormod": _of_two(ops.mod),
    "math.greater": _of_two(ops.greater),
    "math.greater_equal": _of_two(ops.greater_equal),
    "math.is_finite": lambda x: ops.isfinite(x),
    "math.is_nan": lambda x: ops.isnan(x),
    "math.l2_normalize": _l2_normalize,
    "math.less": _of_two(ops.less),
    "math.less_equal": _of_two(ops.less_equal),
    "math.log": lambda x: ops.log(x),
    "math.log1p": lambda x: ops.log1p(x),
    "math.log_sigmoid": lambda x: ops.log_sigmoid(x),
    "math.logical_and": _of_two(ops.logical_and),
    "math.logical_not": lambda x: ops.logical_not(x),
    "math.logical_or": _of_two(ops.logical_or),
    "math.maximum": _of_two(ops.maximum),
    "math.minimum": _of_two(ops.minimum),
    "math.multiply": _of_two(ops.multiply),
    "math.negative": lambda x: ops.negative(x),
    "math.not_equal": _of_two(ops.not_equal),
    "math.pow": _of_two(ops.power),
    "math.reciprocal": lambda x: ops.reciprocal(x),
    "math.reduce_all": _reducing(ops.all),
    "math.reduce_any": _reducing(ops.any),
    "math.reduce_euclidean_norm": lambda x, axis=None, keepdims=False: ops.sqrt(
        _reduced(ops.sum, ops.square(x), axis, keepdims)
    ),
    "math.reduce_logsumexp": _reducing(ops.logsumexp),
    "math.reduce_max": _reducing(ops.max),
    "math.reduce_mean": _reducing(ops.mean),
    "math.reduce_min": _reducing(ops.min),
    "math.reduce_prod": _reducing(ops.prod),
    "math.reduce_std": _reducing(ops.std),
    "math.reduce_sum": _reducing(ops.sum),
    "math.reduce_variance": _reducing(ops.var),
    "math.rint": lambda x: ops.round(x),
    "math.round": lambda x: ops.round(x),
    "math.rsqrt": lambda x: ops.rsqrt(x),
    "math.sigmoid": lambda x: ops.sigmoid(x),
    "math.sign": lambda x: ops.sign(x),
    "math.sin": lambda x: ops.sin(x),
    "math.sinh": lambda x: ops.sinh(x),
    "math.softplus": lambda x: ops.softplus(x),
    "math.sqrt": lambda x: ops.sqrt(x),
    "math.square": lambda x: ops.square(x),
    "math.squared_difference": lambda x, y: ops.square(ops.subtract(*_alike(x, y))),
    "math.subtract": _of_two(ops.subtract),
    "math.tan": lambda x: ops.tan(x),
    "math.tanh": lambda x: ops.tanh(x),
    "math.truediv": _of_two(ops.divide),
    "nn.depth_to_space": lambda x, block_size: _blocks(x, block_size, False),
    "nn.elu": lambda x: ops.elu(x),
    "nn.gelu": lambda x, approximate=False: ops.gelu(x, approximate=approximate),
    "nn.l2_loss": lambda x: ops.sum(ops.square(x)) / 2,
    "nn.leaky_relu": lambda x, alpha=0.2: ops.leaky_relu(x, negative_slope=alpha),
    "nn.log_softmax": lambda x, axis=-1: ops.log_softmax(x, axis=-1 if axis is None else axis),
    "nn.relu": lambda x: ops.relu(x),
    "nn.relu6": lambda x: ops.relu6(x),
    "nn.selu": lambda x: ops.selu(x),
    "nn.silu": lambda x: ops.silu(x),
    "nn.softmax": lambda x, axis=-1: ops.softmax(x, axis=-1 if axis is None else axis),
    "nn.softsign": lambda x: ops.softsign(x),
    "nn.space_to_depth": lambda x, block_size: _blocks(x, block_size, True),
    "ones_like": lambda x: ops.ones_like(x),
    "repeat": lambda x, repeats, axis=None: ops.repeat(x, repeats, axis=axis),
    "reshape": lambda x, shape: ops.reshape(x, shape),
    "reverse": lambda x, axis: ops.flip(x, axis=tuple(axis)),
    "roll": lambda x, shift, axis: ops.roll(x, shift, axis=axis),
    "slice": _slice,
    "split": _split,
    "stack": lambda x, axis=0: ops.stack(_alike(*x), axis=axis),
    "stop_gradient": lambda x: ops.stop_gradient(x),
    "tile": lambda x, multiples: ops.tile(x, multiples),
    "unstack": lambda x, axis=0: ops.unstack(x, axis=axis),
    "where": lambda condition, x, y: ops.where(condition, *_alike(x, y)),
    "zeros_like": lambda x: ops.zeros_like(x),
}
