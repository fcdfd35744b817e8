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
    "compat.v1.squeeze": _squeeze,
    "compat.v1.transpose": lambda x, perm=None: ops.transpose(x, axes=perm),
    "concat": lambda x, axis: ops.concatenate(_alike(*x), axis=axis),
    "expand_dims": lambda x, axis: ops.expand_dims(x, axis),
    "identity": lambda x: x,
    "linalg.matmul": _matmul,
    "math.abs": lambda x: ops.abs(x),
    "math.acos": lambda x: ops.arccos(x),
    "math.add": _of_two(ops.add),
    "math.argmax": lambda x, axis=0, output_type="int64": _place(ops.argmax, x, axis, output_type),
    "math.argmin": lambda x, axis=0, output_type="int64": _place(ops.argmin, x, axis, output_type),
    "math.asin": lambda x: ops.arcsin(x),
    "math.atan": lambda x: ops.arctan(x),
    "math.ceil": lambda x: ops.ceil(x),
    "math.cos": lambda x: ops.cos(x),
    "math.cosh": lambda x: ops.cosh(x),
    "math.divide_no_nan": _divide_no_nan,
    "math.equal": _of_two(ops.equal),
    "math.erf": lambda x: ops.erf(x),
    "math.exp": lambda x: ops.exp(x),
    "math.expm1": lambda x: ops.expm1(x),
    "math.floor": lambda x: ops.floor(x),
    "math.floormod": _of_two(ops.mod),
    "math.greater": _of_two(ops.greater),
    "math.greater_equal": _of_two(ops.greater_equal),
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
    "nn.elu": lambda x: ops.elu(x),
    "nn.gelu": lambda x, approximate=False: ops.gelu(x, approximate=approximate),
    "nn.leaky_relu": lambda x, alpha=0.2: ops.leaky_relu(x, negative_slope=alpha),
    "nn.log_softmax": lambda x, axis=-1: ops.log_softmax(x, axis=-1 if axis is None else axis),
    "nn.relu": lambda x: ops.relu(x),
    "nn.relu6": lambda x: ops.relu6(x),
    "nn.selu": lambda x: ops.selu(x),
    "nn.silu": lambda x: ops.silu(x),
    "nn.softmax": lambda x, axis=-1: ops.softmax(x, axis=-1 if axis is None else axis),
    "nn.softsign": lambda x: ops.softsign(x),
    "ones_like": lambda x: ops.ones_like(x),
    "reshape": lambda x, shape: ops.reshape(x, shape),
    "reverse": lambda x, axis: ops.flip(x, axis=tuple(axis)),
    "split": _split,
    "stack": lambda x, axis=0: ops.stack(_alike(*x), axis=axis),
    "stop_gradient": lambda x: ops.stop_gradient(x),
    "tile": lambda x, multiples: ops.tile(x, multiples),
    "unstack": lambda x, axis=0: ops.unstack(x, axis=axis),
    "where": lambda condition, x, y: ops.where(condition, *_alike(x, y)),
    "zeros_like": lambda x: ops.zeros_like(x),
}
