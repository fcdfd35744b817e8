"""Raw TensorFlow operations on the tensors of a model, saved as TensorFlowOpLayer."""
# ruff: noqa: ARG005 - each function takes all three tensors

from __future__ import annotations

import numpy as np
import tensorflow as tf

from golden.case import Case, Model
from golden.operation_kit import constant, definite, over_batch, square, steps, whole, whole_steps
from golden.operations_on_images import op_convolutions, op_images, op_open_images

L = tf.keras.layers
K = tf.keras.backend
raw = tf.raw_ops


def raw_operations() -> Model:
    """Arithmetic with constants on tensors."""
    start = tf.keras.Input((4,))
    return tf.keras.Model(start, L.Dense(2)(L.Dense(3)(start) * 2.0 + 1.0))


def op_arithmetic() -> Model:
    """Arithmetic of two tensors, with constants on either side, and of tensors that spread."""
    return steps(
        lambda x, y, p: x * 2 + y,
        lambda x, y, p: 1.0 - x * y[:, :1],
        lambda x, y, p: x / p - (p - 1.0) / (x * x + 1.0),
        lambda x, y, p: x // p + x % p,
        lambda x, y, p: p**y - (-x) ** 2,
        lambda x, y, p: tf.add_n([x, y, p]) + tf.abs(x),
        lambda x, y, p: tf.math.squared_difference(x, y),
        lambda x, y, p: tf.maximum(x, y) - tf.minimum(x, 0.1),
        lambda x, y, p: tf.math.divide_no_nan(x, tf.floor(p * 2)),
        lambda x, y, p: tf.math.multiply_no_nan(x, tf.floor(p * 2)),
        lambda x, y, p: tf.math.reciprocal(p),
        lambda x, y, p: tf.math.xdivy(x, p) + tf.math.xlogy(x, p) + tf.math.xlog1py(x, p),
        lambda x, y, p: tf.atan2(x, y),
        lambda x, y, p: x + y[:, 1:2] + constant(4),
    )


def op_functions() -> Model:
    """Functions of a number."""
    return steps(
        lambda x, y, p: tf.sign(x) + tf.round(y * 3) + tf.math.rint(x * 3),
        lambda x, y, p: tf.floor(x * 2) + tf.math.ceil(y),
        lambda x, y, p: tf.square(x) + tf.sqrt(p) + tf.math.rsqrt(p),
        lambda x, y, p: tf.exp(x) + tf.math.expm1(y),
        lambda x, y, p: tf.math.log(p) + tf.math.log1p(p),
        lambda x, y, p: tf.sin(x) + tf.cos(y) + tf.tan(p),
        lambda x, y, p: tf.asin(p) + tf.acos(p) * 2 + tf.atan(x),
        lambda x, y, p: tf.sinh(x) + tf.cosh(y) + tf.tanh(x),
        lambda x, y, p: tf.asinh(x) + tf.acosh(p + 1) + tf.atanh(p),
        lambda x, y, p: tf.math.erf(x) + tf.math.erfc(y),
        lambda x, y, p: tf.math.erfinv(p) + tf.math.ndtri(p),
        lambda x, y, p: tf.math.lgamma(p) + tf.math.digamma(p + 1),
        lambda x, y, p: tf.math.igamma(p, p + 0.5) + 2 * tf.math.igammac(p, p + 0.3),
        lambda x, y, p: tf.math.betainc(p + 1, p + 2, p),
        lambda x, y, p: tf.math.zeta(p + 2, p + 1) + raw.Polygamma(a=p * 0 + 1, x=p + 1),
        lambda x, y, p: tf.math.bessel_i0e(x) + tf.math.bessel_i1e(y),
        lambda x, y, p: tf.math.bessel_i0(x) + tf.math.bessel_i1(y),
    )


def op_activations() -> Model:
    """Activations, most of which a stock layer says."""
    return steps(
        lambda x, y, p: tf.nn.relu(x),
        lambda x, y, p: tf.nn.relu6(x * 5),
        lambda x, y, p: tf.nn.elu(y),
        lambda x, y, p: tf.nn.selu(x),
        lambda x, y, p: tf.nn.crelu(x),
        lambda x, y, p: tf.nn.leaky_relu(x, 0.3),
        lambda x, y, p: tf.nn.leaky_relu(x, 1.5),
        lambda x, y, p: tf.nn.swish(x),
        lambda x, y, p: tf.sigmoid(y) + tf.math.log_sigmoid(x),
        lambda x, y, p: tf.nn.softplus(x) + tf.nn.softsign(y),
        lambda x, y, p: tf.nn.softmax(x),
        lambda x, y, p: tf.nn.softmax(x, axis=1),
        lambda x, y, p: tf.nn.log_softmax(x),
        lambda x, y, p: tf.math.l2_normalize(x, axis=-1),
        lambda x, y, p: tf.nn.bias_add(p, constant(4)),
        lambda x, y, p: tf.nn.sigmoid_cross_entropy_with_logits(labels=p, logits=x),
        lambda x, y, p: tf.nn.softmax_cross_entropy_with_logits(labels=p, logits=x),
        lambda x, y, p: K.hard_sigmoid(x) + K.relu(x, alpha=0.1, max_value=1.0, threshold=0.1),
    )


def op_reductions() -> Model:
    """Sums, means, extremes, and where they are."""
    return steps(
        lambda x, y, p: tf.reduce_mean(x, axis=1),
        lambda x, y, p: tf.reduce_mean(x, axis=-1, keepdims=True),
        lambda x, y, p: tf.reduce_sum(x, axis=[1, 2]),
        lambda x, y, p: tf.reduce_prod(x, axis=1),
        lambda x, y, p: tf.reduce_max(x, axis=1) - tf.reduce_min(y, axis=1),
        lambda x, y, p: tf.reduce_logsumexp(x, axis=-1),
        lambda x, y, p: tf.math.reduce_std(x, axis=1),
        lambda x, y, p: tf.math.reduce_euclidean_norm(x, axis=1),
        lambda x, y, p: tf.norm(x, ord=1, axis=2) + tf.nn.moments(x, [2])[1],
        lambda x, y, p: tf.reduce_any(p > 0.7, axis=1),
        lambda x, y, p: tf.reduce_all(p > 0.3, axis=1),
        lambda x, y, p: tf.argmax(x, axis=-1) + tf.argmin(y, axis=-1),
        lambda x, y, p: tf.cumsum(x, axis=1, reverse=True) + tf.math.cumprod(y, axis=-1),
        lambda x, y, p: tf.math.cumulative_logsumexp(x, axis=1),
        lambda x, y, p: tf.math.top_k(x, 2).values,
        lambda x, y, p: tf.math.top_k(x, 2).indices,
        lambda x, y, p: tf.nn.l2_loss(x) + y,
        lambda x, y, p: tf.math.count_nonzero(tf.nn.relu(x), axis=1, dtype=tf.int32),
    )


def op_comparisons() -> Model:
    """Comparisons, logic, and choices between tensors that spread."""
    return steps(
        lambda x, y, p: x > y,
        lambda x, y, p: tf.cast(x < 0.0, tf.int32) + tf.cast(x >= y, tf.int32),
        lambda x, y, p: x <= y,
        lambda x, y, p: tf.equal(tf.floor(x), tf.floor(y)),
        lambda x, y, p: whole(p) == whole(x),
        lambda x, y, p: tf.not_equal(tf.floor(x), 0.0),
        lambda x, y, p: tf.logical_and(x > 0, tf.logical_not(y > 0)),
        lambda x, y, p: tf.logical_or(x > 0, y > 0),
        lambda x, y, p: tf.where(x > 0, x, y),
        lambda x, y, p: tf.where(x[:, :, :1] > 0, 0.5, y[:, :1]),
        lambda x, y, p: tf.compat.v1.where(x > 0, x, y),
        lambda x, y, p: tf.clip_by_value(x, -0.5, 0.5) + tf.clip_by_norm(y, 1.0, axes=[2]),
        lambda x, y, p: raw.ApproximateEqual(x=x, y=y, tolerance=0.5),
        lambda x, y, p: tf.math.is_finite(tf.math.log(x)),
        lambda x, y, p: tf.math.is_nan(tf.math.log(y)),
    )


def op_shapes() -> Model:
    """Reshaping, slicing, joining and parting."""
    return steps(
        lambda x, y, p: tf.reshape(x, [-1, 2, 6]),
        lambda x, y, p: tf.reshape(x, [tf.shape(x)[0], 12]),
        lambda x, y, p: tf.squeeze(tf.expand_dims(x, 2), axis=2) + x[:, tf.newaxis, 0],
        lambda x, y, p: tf.transpose(x, [0, 2, 1]),
        lambda x, y, p: x[:, 1:] - x[..., ::-1][:, :2],
        lambda x, y, p: tf.slice(x, [0, 1, 0], [-1, 2, 3]),
        lambda x, y, p: tf.concat([x, y], axis=-1),
        lambda x, y, p: tf.concat([x, tf.ones_like(y), tf.zeros_like(p) + p], axis=1),
        lambda x, y, p: tf.stack([x, y], axis=1),
        lambda x, y, p: tf.unstack(x, axis=1)[1] + tf.unstack(y, axis=1)[2],
        lambda x, y, p: tf.concat(tf.split(x, 2, axis=-1)[::-1], axis=1),
        lambda x, y, p: tf.split(x, [1, 3], axis=-1)[1],
        lambda x, y, p: tf.tile(x, [1, 2, 1]) + tf.repeat(y, 2, axis=1),
        lambda x, y, p: tf.pad(x, [[0, 0], [1, 0], [0, 0]]),
        lambda x, y, p: tf.pad(x, [[0, 0], [1, 0], [2, 1]], constant_values=0.7),
        lambda x, y, p: tf.pad(x, [[0, 0], [1, 1], [0, 2]], mode="REFLECT"),
        lambda x, y, p: tf.reverse(x, axis=[1]) + tf.roll(y, shift=[1], axis=[1]),
        lambda x, y, p: tf.reverse_sequence(x, whole(p[:, 0, 0], 2) + 1, seq_axis=1),
        lambda x, y, p: tf.broadcast_to(x[:, :1], tf.shape(y)),
        lambda x, y, p: tf.fill([tf.shape(x)[0], 4], 1.5) * x[:, 0],
        lambda x, y, p: tf.cast(tf.range(tf.shape(x)[1]), tf.float32)[:, None] * x,
        lambda x, y, p: tf.identity(tf.stop_gradient(x)) * tf.cast(tf.rank(y), tf.float32),
    )


def op_gathering() -> Model:
    """Picking by index, scattering, segments."""
    return steps(
        lambda x, y, p: tf.gather(x, [2, 0, 2], axis=1),
        lambda x, y, p: tf.gather(x, whole(p[:, :, 0], 3), axis=1, batch_dims=1),
        lambda x, y, p: tf.nn.embedding_lookup(constant(10, 3), whole(p)),
        lambda x, y, p: tf.gather_nd(x, tf.stack([whole(p[:, :, 0], 3)], -1), batch_dims=1),
        lambda x, y, p: tf.one_hot(whole(p), 5, on_value=2.0, off_value=-1.0, axis=1),
        lambda x, y, p: tf.sort(x, direction="DESCENDING"),
        lambda x, y, p: tf.sequence_mask(whole(p), 6),
        lambda x, y, p: over_batch(lambda t: tf.math.segment_sum(t, [0, 0, 1]), x),
        lambda x, y, p: over_batch(lambda t: tf.math.segment_mean(t, [0, 0, 1]), x),
        lambda x, y, p: over_batch(lambda t: tf.math.segment_max(t, [0, 0, 1]), x),
        lambda x, y, p: over_batch(lambda t: tf.math.segment_min(t, [0, 0, 1]), x),
        lambda x, y, p: over_batch(lambda t: tf.math.segment_prod(t, [0, 0, 1]), x),
        lambda x, y, p: over_batch(lambda t: tf.math.unsorted_segment_sum(t, [1, 0, 1], 2), x),
        lambda x, y, p: over_batch(lambda t: tf.math.unsorted_segment_max(t, [1, 0, 1], 2), x),
        lambda x, y, p: over_batch(lambda t: tf.tensor_scatter_nd_update(t, [[1]], t[:1]), x),
        lambda x, y, p: over_batch(lambda t: tf.tensor_scatter_nd_add(t, [[1], [1]], t[:2]), x),
        lambda x, y, p: over_batch(lambda t: tf.tensor_scatter_nd_sub(t, [[1]], t[:1]), x),
        lambda x, y, p: over_batch(lambda t: tf.tensor_scatter_nd_max(t, [[1]], t[:1]), x),
        lambda x, y, p: over_batch(lambda t: tf.tensor_scatter_nd_min(t, [[1]], t[:1]), x),
        lambda x, y, p: tf.searchsorted(tf.cumsum(p, axis=-1), tf.abs(y)),
        lambda x, y, p: raw.Bucketize(input=x, boundaries=[-0.5, 0.0, 0.5]),
    )


def op_products() -> Model:
    """Products of matrices and of tensors, by einsum too."""
    return steps(
        lambda x, y, p: tf.matmul(x, y, transpose_b=True),
        lambda x, y, p: tf.matmul(x[:, 0], constant(4, 2)),
        lambda x, y, p: tf.matmul(x, constant(4, 2)),
        lambda x, y, p: tf.matmul(x[:, tf.newaxis], y[:, :, tf.newaxis], transpose_b=True),
        lambda x, y, p: tf.linalg.matvec(x, y[:, 0]),
        lambda x, y, p: K.dot(x, constant(4, 3)),
        lambda x, y, p: K.batch_dot(x, tf.transpose(y, [0, 2, 1])),
        lambda x, y, p: tf.tensordot(x, constant(4, 3, 2), [[2], [0]]),
        lambda x, y, p: tf.einsum("bij,bkj->bik", x, y),
        lambda x, y, p: tf.einsum("...j,jk->...k", x, constant(4, 3)),
        lambda x, y, p: tf.einsum("bij->bji", x),
        lambda x, y, p: tf.einsum("bij->b", x),
        lambda x, y, p: tf.einsum("bii->bi", square(x, y)),
        lambda x, y, p: tf.einsum("bi,bj->bij", x[:, 0], y[:, 1]),
        lambda x, y, p: tf.einsum("...ij,...kj->...ik", x[:, None], y[:, :, None]),
        lambda x, y, p: tf.linalg.cross(x[..., :3], y[..., :3]) + p[..., :3],
    )


def op_matrices() -> Model:
    """Linear algebra: diagonals, decompositions, equations."""
    return steps(
        lambda x, y, p: tf.linalg.diag(x),
        lambda x, y, p: tf.linalg.diag(x, k=1, padding_value=0.5),
        lambda x, y, p: tf.linalg.diag_part(square(x, y)),
        lambda x, y, p: tf.linalg.diag_part(square(x, y), k=(-1, 1), align="LEFT_RIGHT"),
        lambda x, y, p: tf.linalg.set_diag(square(x, y), p[:, :, 0]),
        lambda x, y, p: tf.linalg.trace(square(x, y)),
        lambda x, y, p: tf.linalg.inv(definite(x)),
        lambda x, y, p: tf.linalg.det(definite(x)) + tf.linalg.logdet(definite(y)),
        lambda x, y, p: tf.linalg.cholesky(definite(x)),
        lambda x, y, p: tf.linalg.solve(definite(x), y),
        lambda x, y, p: tf.abs(tf.linalg.qr(definite(x))[1]),
        lambda x, y, p: tf.linalg.svd(x, compute_uv=False),
        lambda x, y, p: tf.linalg.eigvalsh(definite(x)),
        lambda x, y, p: raw.MatrixDiagPart(input=square(x, y)),
        lambda x, y, p: tf.linalg.tridiagonal_solve(
            tf.stack([p[:, 0] * 0.1, p[:, 1] + 3, p[:, 2] * 0.1], 1), y[:, 0]
        ),
    )


def op_integers() -> Model:
    """Integers: arithmetic and bits."""
    return whole_steps(
        lambda i, j, k: k * 3 + 1,
        lambda i, j, k: i // 2 + j % 3,
        lambda i, j, k: tf.truncatediv(i * 3, 2),
        lambda i, j, k: tf.truncatemod(i * 2, 3),
        lambda i, j, k: i / (k + 1),
        lambda i, j, k: tf.maximum(i, j) - tf.abs(j),
        lambda i, j, k: tf.reduce_sum(i, axis=1),
        lambda i, j, k: tf.where(i > 0, j, 7),
        lambda i, j, k: tf.matmul(i, j, transpose_b=True),
        lambda i, j, k: tf.bitwise.bitwise_and(k, 3),
        lambda i, j, k: tf.bitwise.bitwise_or(k, i),
        lambda i, j, k: tf.bitwise.bitwise_xor(k, i),
        lambda i, j, k: tf.bitwise.invert(k),
        lambda i, j, k: tf.bitwise.left_shift(k, 1),
        lambda i, j, k: tf.bitwise.right_shift(k * 16, 2),
        lambda i, j, k: tf.sqrt(tf.cast(k, tf.float64)) + tf.cast(j, tf.float64),
        lambda i, j, k: tf.cast(k * 40, tf.uint8),
    )


def op_texts() -> Model:
    """Numbers as text, and back."""
    text = tf.strings.as_string
    return whole_steps(
        lambda i, j, k: tf.strings.length(text(i * 3)),
        lambda i, j, k: tf.strings.length(tf.strings.join([text(i), text(j * 3)], "-")),
        lambda i, j, k: tf.strings.to_hash_bucket_fast(text(i), 100),
        lambda i, j, k: tf.strings.to_hash_bucket_strong(text(j), 100, [1, 2]),
        lambda i, j, k: tf.strings.to_number(text(tf.cast(i, tf.float32) / 3)),
        lambda i, j, k: tf.strings.to_number(tf.strings.substr(text(k + 100), 0, 3)),
        lambda i, j, k: tf.strings.to_number(tf.strings.regex_replace(text(i), "-", "1")),
        lambda i, j, k: tf.strings.regex_full_match(text(i), "-.*"),
        lambda i, j, k: tf.strings.to_hash_bucket_fast(
            tf.strings.lower(tf.strings.upper(text(i > 0))), 50
        ),
        lambda i, j, k: tf.strings.length(tf.strings.reduce_join(text(i * 9), axis=-1)),
    )


def op_signals() -> Model:
    """Complex numbers and Fourier transforms."""
    return steps(
        lambda x, y, p: tf.abs(tf.complex(x, y)) + tf.math.angle(tf.complex(x, y)),
        lambda x, y, p: tf.math.imag(tf.math.conj(tf.complex(x, y)) * tf.complex(y, p)),
        lambda x, y, p: tf.abs(tf.signal.rfft(x)),
        lambda x, y, p: tf.signal.irfft(tf.complex(x, y)),
        lambda x, y, p: tf.math.real(
            tf.signal.ifft(tf.signal.fft(tf.complex(x, y) * tf.complex(p, y)))
        ),
        lambda x, y, p: tf.abs(tf.signal.fft2d(tf.complex(x, y))),
        lambda x, y, p: tf.signal.irfft2d(tf.complex(x, y)),
        lambda x, y, p: tf.quantization.fake_quant_with_min_max_args(x, -1, 1),
    )


def op_numbers_of_other_widths() -> Model:
    """Constants of 64 bits, whose dtype the file does not tell: TensorFlow 2.3 cannot open it."""
    return steps(
        lambda x, y, p: tf.cast(x, tf.float64) * 2.5 + 0.1,
        lambda x, y, p: tf.cast(y * 5, tf.int64) * 7,
        lambda x, y, p: tf.linalg.band_part(square(x, p), 0, -1),
        lambda x, y, p: tf.reduce_sum(x, axis=[]),
    )


def op_in_nested_models() -> Model:
    """A model with operations, called twice, in another one; its layer names hold slashes."""
    start = tf.keras.Input((4,))
    with tf.name_scope("scope"):
        scaled = tf.add(tf.sin(start) * start, 0.5, name="plus/one")
    inner = tf.keras.Model(start, scaled - tf.reduce_mean(start, axis=-1, keepdims=True))
    outer = tf.keras.Input((5,))
    first = inner(L.Dense(4)(outer))
    # The new shape is made by a layer called as this one, with a slash and more behind it.
    shaped = tf.reshape(first, [tf.shape(first)[0], 2, 2])
    return tf.keras.Model(outer, [inner(L.Dense(4)(first)), shaped])


def op_behind_masks() -> Model:
    """Operations end a mask, also where a stock layer that passes masks on would say them."""
    start = tf.keras.Input((6, 3))
    body = L.Masking()(L.Dense(3, use_bias=False)(start))
    return tf.keras.Model(start, [L.LSTM(3)(tf.nn.relu(body) + body), L.GRU(2)(body * 2.0)])


def op_attention() -> Model:
    """A head of a transformer, written with operations: scores, a mask from ids, gelu."""
    start = tf.keras.Input((6, 4))
    places = tf.gather(constant(8, 4), tf.range(tf.shape(start)[1]))
    body = L.Dense(4)(start) + places
    query, value = L.Dense(4)(body), L.Dense(4)(body)
    key = L.Dense(4, use_bias=False)(body)
    width = tf.cast(tf.shape(key)[-1], tf.float32)
    scores = tf.matmul(query, key, transpose_b=True) / tf.sqrt(width)
    scores += tf.cast(start[:, tf.newaxis, :, 0] < 0.0, tf.float32) * -1e9
    mixed = tf.matmul(tf.nn.softmax(scores, axis=-1), value)
    gelu = 0.5 * mixed * (1.0 + tf.math.erf(mixed / np.sqrt(2.0)))
    return tf.keras.Model(start, L.Dense(2)(gelu[:, 0]))


_TAGS = ("operations",)

_RAW = {"2.15.1": "raw operations do not take the tensors of a model"}
_EINSUM = {"2.15.1": "tf.einsum does not take the tensors of a model"}
_WIDTHS = {"2.3.0": "the file does not record the dtypes of constants"}

CASES = (
    Case(raw_operations, tags=_TAGS),
    Case(op_arithmetic, tags=_TAGS),
    Case(op_functions, tags=_TAGS),
    Case(op_activations, tags=_TAGS),
    Case(op_reductions, tags=_TAGS),
    Case(op_comparisons, tags=_TAGS, unavailable=_RAW),
    Case(op_shapes, tags=_TAGS),
    Case(op_gathering, tags=_TAGS, unavailable=_RAW),
    Case(op_products, tags=_TAGS, unavailable=_EINSUM),
    Case(op_matrices, tags=_TAGS, unavailable=_RAW),
    Case(op_images, tags=_TAGS),
    Case(op_open_images, tags=_TAGS),
    Case(op_convolutions, tags=_TAGS),
    Case(op_integers, tags=_TAGS),
    Case(op_texts, tags=_TAGS),
    Case(op_signals, tags=_TAGS, unavailable=_RAW),
    Case(op_numbers_of_other_widths, tags=_TAGS, misread=_WIDTHS),
    Case(op_in_nested_models, tags=(*_TAGS, "nested", "names")),
    Case(op_behind_masks, tags=_TAGS, masked=True),
    Case(op_attention, tags=_TAGS),
)
