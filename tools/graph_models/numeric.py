"""Arithmetic, indexing and linear algebra."""

import numpy as np
import tensorflow as tf

from graph_models.case import Fixed, Free, built, numbers, program, signature, whole


@program(x=Free(numbers(2, 3, 4)), y=Free(numbers(2, 4, 5)), z=numbers(2, 3, 4, seed=1))
def einsum(x, y, z):
    """Equations of all kinds."""
    square = tf.matmul(x, x, transpose_b=True)
    return [
        tf.einsum("bij,bjk->bik", x, y),
        tf.einsum("bij,bjk->kbi", x, y),
        tf.einsum("bij,bij->bi", x, z),
        tf.einsum("bij->jb", x),
        tf.einsum("bij->", x),
        tf.einsum("bij,bik->bijk", x, z),
        tf.einsum("bij,cij->bc", x, z),
        tf.einsum("...ij,...jk->...ik", x, y),
        tf.einsum("b...,...j->...j", x[:, 0, 0], z),
        tf.einsum("bii->b", square),
        tf.einsum("bii->bi", square),
        tf.einsum("i,j->ij", x[0, 0], y[0, 0]),
        tf.einsum("bij,jk,kl->bil", x, tf.ones([4, 2]), tf.ones([2, 3])),
        tf.einsum("bhqd,bhkd->bhqk", x[:, None], z[:, None]),
        tf.einsum("ij,jk", x[0], y[0]),
        tf.raw_ops.Einsum(inputs=[x[0, 0]], equation="i->ii"),
        tf.raw_ops.Einsum(inputs=[x[0]], equation="ij->jii"),
        tf.raw_ops.Einsum(inputs=[x[0], y[0]], equation="ij,jk->ikk"),
        tf.einsum("...ij,jk->...ik", x, y[0]),
        tf.einsum("i...,...j->...ij", x[0, :, :1], y[:, :3]),
        tf.einsum("...ij,...jk->ik...", x[:, None], tf.stack([y, y], 1)),
        tf.einsum("bi...->...i", x),
    ]


@program(q=numbers(2, 3, 4, 5), k=numbers(2, 6, 4, 5))
def attention(q, k):
    """Equations of multi-head attention."""
    scores = tf.einsum("BTNH,BSNH->BNTS", q, k)
    return tf.einsum("BNTS,BSNH->BTNH", tf.nn.softmax(scores), k)


@program(x=numbers(2, 5, 3), i=whole(2, 4, top=5))
def gathers(x, i):
    """Gather of all kinds."""
    return [
        tf.gather(x, i, batch_dims=1),
        tf.gather(x, i[:, None], batch_dims=1, axis=1),
        tf.gather(x, tf.minimum(i, 2), batch_dims=1, axis=2),
        tf.gather(x, i, axis=1),
        tf.gather_nd(x, tf.stack([tf.zeros_like(i), i], -1)),
        tf.gather_nd(x, i[..., None], batch_dims=1),
        tf.gather(x, tf.constant([[0, 1], [1, 0]]), batch_dims=0, axis=-1),
        tf.compat.v1.batch_gather(x, i),
        tf.boolean_mask(x, x[..., 0] > 0),
    ]


@program(x=Free(numbers(2, 3, 4)), d=numbers(2, 3, seed=2))
def diagonals(x, d):
    """Diagonals of matrices."""
    return [
        tf.linalg.diag(d),
        tf.linalg.diag_part(x),
        tf.linalg.set_diag(x, d),
        tf.linalg.band_part(x, 1, 1),
        tf.linalg.diag(d, k=1),
        tf.linalg.diag(d, k=-1, num_rows=4, num_cols=3, padding_value=2.0),
        tf.linalg.diag_part(x, k=1),
        tf.linalg.diag_part(x, k=(-1, 1), padding_value=7.0),
        tf.linalg.diag_part(x, k=(-1, 1), align="LEFT_LEFT"),
        tf.linalg.set_diag(x, d, k=1),
        tf.linalg.set_diag(tf.reshape(x, [2, 3, 4]), tf.stack([d, d + 1], 1), k=(0, 1)),
        tf.linalg.diag(tf.stack([d, d + 1], 1), k=(-1, 0)),
        tf.linalg.trace(x),
        tf.linalg.tensor_diag(d[0]),
        tf.linalg.tensor_diag_part(tf.ones([3, 3])),
        tf.eye(3, batch_shape=[2]),
    ]


@program(x=numbers(3, 4), c=whole(3, 1, top=2))
def wheres(x, c):
    """Selecting, with broadcasts in many dtypes and ranks."""
    cond = tf.cast(c, tf.bool)
    deep = tf.reshape(x, [1, 3, 1, 2, 2, 1])
    return [
        tf.where(cond, x, 0.0),
        tf.where(cond, tf.cast(x, tf.int64), tf.constant(7, tf.int64)),
        tf.where(cond, tf.cast(x, tf.float64), tf.ones([4], tf.float64)),
        tf.where(cond, tf.strings.as_string(x, precision=2), "no"),
        tf.where(tf.reshape(cond, [3, 1, 1, 1, 1]), deep, tf.ones([2, 1, 1, 1, 1, 5])),
        tf.where(cond, x > 0, False),
        tf.where(cond, tf.complex(x, x), tf.zeros([4], tf.complex64)),
        tf.where(cond, tf.cast(x, tf.float16), tf.constant(1, tf.float16)),
        tf.where(cond, tf.cast(x, tf.uint8), tf.constant(1, tf.uint8)),
        tf.where(x > 0),
        tf.where(True, x, x + 1.0),
        tf.broadcast_to(x[None, :, None, None, None, :], [2, 3, 2, 1, 2, 4]),
        tf.broadcast_to(tf.strings.as_string(c), [3, 2]),
        tf.broadcast_to(cond, [3, 2]),
    ]


@program(x=numbers(3, 4))
def running(x):
    """Cumulative sums and products."""
    return [
        tf.cumsum(x, 1),
        tf.cumsum(x, 0, exclusive=True, reverse=True),
        tf.math.cumprod(x, -1),
        tf.math.cumulative_logsumexp(x, 1),
        tf.math.cumulative_logsumexp(x, 0, exclusive=True, reverse=True),
        tf.roll(x, [1, -2], [0, 1]),
        tf.cumsum(tf.cast(x * 10, tf.int64), 1),
    ]


@program(x=numbers(3, 6), v=numbers(8, seed=4))
def sorting(x, v):
    """Sorting and searching."""
    top = tf.math.top_k(x, 3)
    return [
        tf.sort(x),
        tf.sort(x, direction="DESCENDING", axis=0),
        tf.argsort(x),
        top.values,
        top.indices,
        tf.math.in_top_k([0, 1, 2], x, 2),
        tf.searchsorted(tf.sort(v), v[:3]),
        tf.searchsorted(tf.sort(x), x[:, :2], side="right"),
        tf.argmax(x, 1),
        tf.argmin(x, 0, output_type=tf.int32),
        tf.argmax(x > 0, 1),
        tf.math.invert_permutation(tf.argsort(v)),
        tf.reverse_sequence(x, [2, 4, 6], seq_axis=1, batch_axis=0),
        tf.sequence_mask([1, 3, 0]),
        tf.one_hot([0, 2, 5], 4),
        tf.math.confusion_matrix([0, 1, 1], [0, 1, 0]),
        tf.histogram_fixed_width(v, [-2.0, 2.0], 4),
    ]


@program(x=numbers(6, 3), s=np.array([0, 0, 1, 3, 3, 3], "int32"))
def segments(x, s):
    """Sums over segments."""
    return [
        tf.math.segment_sum(x, s),
        tf.math.segment_mean(x, s),
        tf.math.segment_max(x, s),
        tf.math.unsorted_segment_sum(x, s[::-1], 5),
        tf.math.unsorted_segment_max(x, s, 4),
        tf.math.unsorted_segment_mean(x, s, 4),
        tf.math.unsorted_segment_sqrt_n(x, s, 4),
        tf.sparse.segment_sum(x, [0, 2, 5], [0, 0, 1]),
        tf.sparse.segment_mean(x, [0, 2, 5], [0, 0, 2], num_segments=4),
        tf.sparse.segment_sqrt_n(x, [0, 2, 5], [0, 0, 1]),
        tf.dynamic_partition(x, s % 2, 2)[1],
        tf.dynamic_stitch([[0, 2], [1, 3]], [x[:2], x[2:4]]),
    ]


@program(x=numbers(3, 4), y=whole(3, 4, top=3))
def safe_arithmetic(x, y):
    """What is nought where others are not finite, and rarer functions."""
    z = tf.cast(y, tf.float32)
    return [
        tf.math.multiply_no_nan(1.0 / z, z),
        tf.math.divide_no_nan(x, z),
        tf.math.divide_no_nan(tf.cast(x, tf.float64), tf.cast(z, tf.float64)),
        tf.math.xlogy(z, tf.abs(x)),
        tf.math.xlog1py(z, tf.abs(x)),
        tf.math.xdivy(z, x),
        tf.math.floormod(x, 0.7),
        tf.math.floordiv(tf.cast(x * 10, tf.int32), 3),
        tf.nn.leaky_relu(x, 1.5),
        tf.math.erfinv(tf.tanh(x)),
        tf.math.ndtri(tf.sigmoid(x)),
        tf.math.bessel_i0e(x),
        tf.math.bessel_i1e(x),
        tf.math.lgamma(tf.abs(x) + 0.1),
        tf.math.digamma(tf.abs(x) + 0.1),
        tf.math.reduce_euclidean_norm(x, 1),
        tf.math.reduce_logsumexp(x, 1),
        tf.math.reduce_std(x, 0),
        tf.math.reduce_variance(x),
        tf.math.squared_difference(x, z),
        tf.math.rsqrt(tf.abs(x)),
        tf.clip_by_norm(x, 1.0, 1),
        tf.nn.l2_normalize(x, 1),
        tf.nn.swish(x),
        tf.math.softplus(x),
        tf.linspace(0.0, 1.0, 5),
        tf.maximum(y, 1),
        tf.math.polyval([1.0, 2.0, 3.0], x),
    ]


@program(
    h=numbers(2, 3, dtype="float16"),
    d=numbers(2, 3, dtype="float64"),
    i=whole(2, 3, dtype="int64"),
    b=whole(2, 3, top=2).astype("bool"),
    c=(numbers(2, 3) + 1j * numbers(2, 3, seed=1)).astype("complex64"),
    u=whole(2, 3, dtype="uint8"),
)
def dtypes(h, d, i, b, c, u):
    """Every dtype."""
    return [
        h + h[::-1] * tf.constant(2, tf.float16),
        tf.matmul(h, h, transpose_b=True),
        tf.nn.softmax(h),
        d - tf.cast(i, tf.float64),
        tf.linalg.matmul(d, d, transpose_a=True),
        i // 2 + i % 3,
        tf.matmul(i, i, transpose_b=True),
        tf.math.logical_xor(b, i > 2),
        tf.reduce_any(b, 1),
        c * tf.math.conj(c) + c,
        tf.abs(c),
        tf.math.angle(c),
        tf.matmul(c, c, adjoint_b=True),
        tf.cast(u, tf.float32) / 255.0,
        u + tf.constant(3, tf.uint8),
        tf.bitwise.bitwise_and(u, 3),
        tf.cast(h, tf.int32),
        tf.cast(b, tf.float16),
        tf.bitcast(tf.cast(d, tf.float32), tf.int32),
        tf.saturate_cast(d * 300, tf.uint8),
        tf.nn.leaky_relu(h),
        tf.nn.relu(d),
        tf.reduce_max(i, 0),
        tf.maximum(u, tf.constant(2, tf.uint8)),
        tf.cast(tf.cast(d, tf.bfloat16), tf.float32),
        tf.einsum("ij,kj->ik", c, c),
        tf.einsum("ij,kj->ik", h, h),
        tf.square(tf.cast(u, tf.int64)),
        tf.stack([b, ~b]),
        tf.equal(c, c),
        tf.add_n([i, i]),
        tf.range(tf.constant(5, tf.int64)),
        tf.abs(tf.cast(d * 3, tf.int8)),
        tf.gather(b, [1, 0]),
        tf.concat([h, h], 0),
        tf.pad(u, [[1, 1], [0, 0]]),
    ]


@program(x=numbers(2, 3, 3))
def linear_algebra(x):
    """Factors, inverses, solutions."""
    spd = tf.matmul(x, x, transpose_b=True) + tf.eye(3)
    chol = tf.linalg.cholesky(spd)
    e, v = tf.linalg.eigh(spd)
    s = tf.linalg.svd(x, compute_uv=False)
    q, r = tf.linalg.qr(x)
    return [
        chol,
        tf.linalg.inv(spd),
        tf.linalg.det(x),
        tf.linalg.logdet(spd),
        tf.linalg.slogdet(x)[0],
        tf.linalg.solve(spd, x),
        tf.linalg.triangular_solve(chol, x),
        tf.linalg.lstsq(spd, x),
        e,
        tf.abs(v),
        s,
        tf.matmul(q, r),
        tf.linalg.expm(x * 0.1),
        tf.linalg.cross(x[:, 0], x[:, 1]),
        tf.linalg.norm(x, axis=[1, 2]),
        tf.linalg.cholesky_solve(chol, x),
        tf.linalg.matvec(x, x[:, 0]),
        tf.linalg.adjoint(x),
        tf.tensordot(x, x, [[1], [2]]),
    ]


@program(x=numbers(2, 3, 3), b=numbers(2, 3))
def refused_tridiagonal(x, b):
    """Systems with three diagonals, and LU."""
    lu, p = tf.linalg.lu(x + 4.0 * tf.eye(3))
    return [tf.linalg.tridiagonal_matmul(x, tf.reshape(b, [2, 3, 1])), lu, p]


@program(x=numbers(2, 16), c=(numbers(2, 4, 4) + 1j * numbers(2, 4, 4, seed=1)).astype("complex64"))
def signal(x, c):
    """Fourier transforms and frames."""
    return [
        tf.signal.rfft(x),
        tf.signal.irfft(tf.signal.rfft(x)),
        tf.signal.rfft(x, [12]),
        tf.signal.fft(c),
        tf.signal.ifft2d(tf.signal.fft2d(c)),
        tf.signal.stft(x, 8, 4),
        tf.signal.frame(x, 5, 2),
        tf.signal.dct(x),
        tf.signal.fftshift(x, [1]),
        tf.signal.overlap_and_add(tf.signal.frame(x, 4, 2), 2),
        tf.matmul(
            tf.abs(tf.signal.stft(x, 8, 4)),
            tf.signal.linear_to_mel_weight_matrix(4, 5, 16, 1.0, 8.0),
        ),
        tf.signal.hann_window(6),
    ]


@program(x=numbers(2, 5))
def stateless_random(x):
    """Numbers of seeds."""
    n = tf.shape(x)[0]
    seed = tf.stack([n, 3])
    return [
        tf.random.stateless_uniform([n, 3], seed),
        tf.random.stateless_normal([n, 3], seed, 1.0, 2.0),
        tf.random.stateless_truncated_normal([4], [1, 2]),
        tf.random.stateless_categorical(x, 4, [1, 2]),
        tf.random.stateless_uniform([3], seed, dtype=tf.float64),
    ]


@program(x=numbers(2, 3))
def refused_random(x):
    """Distributions that TensorFlow 1.12 does not draw."""
    return [
        tf.random.stateless_gamma([2, 3], [1, 2], tf.abs(x) + 1.0),
        tf.random.stateless_uniform([5], [7, 1], 0, 10, tf.int32),
        tf.random.stateless_uniform([5], [1, 2], None, None, tf.int32),
    ]


@program(x=numbers(2, 3, 3))
def refused_functions(x):
    """Functions that are new."""
    spd = tf.matmul(x, x, transpose_b=True) + tf.eye(3)
    return [tf.math.special.dawsn(x), tf.math.nextafter(x, 1.0), tf.linalg.sqrtm(spd)]


@program(x=numbers(4, 3), i=np.array([[0], [2]], "int32"), u=numbers(2, 3, seed=3))
def scatters(x, i, u):
    """Scatters into tensors."""
    repeated = tf.constant([[0], [0]])
    return [
        tf.tensor_scatter_nd_update(x, i, u),
        tf.tensor_scatter_nd_add(x, repeated, u),
        tf.tensor_scatter_nd_sub(x, repeated, u),
        tf.tensor_scatter_nd_max(x, i, u),
        tf.tensor_scatter_nd_min(x, repeated, u),
        tf.scatter_nd(i, u, tf.shape(x)),
        tf.tensor_scatter_nd_update(x > 0, i, u > 0),
        tf.tensor_scatter_nd_update(tf.cast(x, tf.int64), [[0, 1], [1, 2]], [5, 6]),
        tf.tensor_scatter_nd_update(tf.strings.as_string(x, precision=1), [[3, 2]], ["here"]),
    ]


@program(x=Free(numbers(3, 1, 2, 4)), y=Free(numbers(2, 4, 3)), m=Fixed(numbers(4, 5)))
def batch_matmul(x, y, m):
    """Products of batches that broadcast."""
    return [
        tf.matmul(x, y),
        tf.matmul(x, m),
        tf.matmul(y, x, transpose_a=True, transpose_b=True),
        tf.matmul(tf.cast(x, tf.float64), tf.cast(y, tf.float64)),
        tf.matmul(tf.cast(x, tf.int32), tf.cast(y, tf.int32)),
        tf.matmul(tf.complex(x, x), tf.complex(y, y), adjoint_b=False),
    ]


@built
def counters():
    """Signatures with state: what one assigns the next reads."""

    class Counter(tf.Module):
        def __init__(self):
            super().__init__()
            self.count = tf.Variable(0, dtype=tf.int64, name="count")
            self.rows = tf.Variable(numbers(4, 2), name="rows")
            self.flag = tf.Variable(False, name="flag")

        def step(self, x):
            before = self.count.read_value()
            self.count.assign_add(2)
            after = self.count.read_value()
            if tf.reduce_sum(x) > 0:
                self.rows.scatter_nd_add([[1]], x)
            else:
                self.rows.assign_sub(self.rows * 0.5)
            self.flag.assign(tf.logical_not(self.flag))
            return {"before": before, "after": after, "rows": self.rows.read_value()}

        def peek(self, scale):
            for _ in tf.range(3):
                self.count.assign_add(1)
            return {
                "count": self.count.read_value(),
                "rows": self.rows * scale,
                "flag": self.flag.read_value(),
                "gathered": tf.gather(self.rows, [2, 1]),
                "sparse": self.rows.sparse_read([0]),
                "slice": self.rows[1:3, 0],
            }

        def reset(self, to):
            self.count.assign(to)
            self.rows.scatter_update(tf.IndexedSlices(tf.ones([1, 2]), tf.constant([3])))
            self.rows[0, 1].assign(9.0)
            return self.count + to

    module = Counter()
    x, scale, to = numbers(1, 2), np.float32(2), np.int64(40)
    signatures = {
        "step": signature(module.step, x=x),
        "peek": signature(module.peek, scale=scale),
        "reset": signature(module.reset, to=to),
    }
    calls = [
        ("step", {"x": abs(x)}),
        ("peek", {"scale": scale}),
        ("step", {"x": -abs(x)}),
        ("reset", {"to": to}),
        ("peek", {"scale": scale}),
    ]
    return module, signatures, calls


@program(i=whole(2, 5, top=6), w=numbers(2, 5), x=numbers(3, 4))
def counts_and_gradients(i, w, x):
    """Counts of numbers, and gradients that are operations of their own."""
    op = tf.raw_ops.DenseBincount
    empty = tf.zeros([0])
    image = tf.reshape(x, [1, 3, 4, 1])
    with tf.GradientTape() as tape:
        tape.watch([x, image])
        normal = tf.compat.v1.nn.fused_batch_norm(image, [2.0], [0.5])[0]
        loss = tf.reduce_sum(tf.nn.leaky_relu(x, 0.3) ** 2) + tf.reduce_sum(normal**3)
    gradients = tape.gradient(loss, [x, image])
    return [
        op(input=i, size=4, weights=empty, binary_output=False),
        op(input=i, size=6, weights=w, binary_output=False),
        op(input=i[0], size=6, weights=empty, binary_output=True),
        *gradients,
        tf.cast(tf.raw_ops.DeviceIndex(device_names=["GPU", "CPU"]), tf.float32) + x,
    ]


@built
def rows_of_variables():
    """Reads and writes of rows of variables."""

    class Rows(tf.Module):
        def __init__(self):
            super().__init__()
            self.rows = tf.Variable(numbers(3, 4, 2), name="rows")

        def read(self, i):
            found = tf.raw_ops.ResourceGatherNd(
                resource=self.rows.handle, indices=tf.stack([i[:, 0], i[:, 1]], 1), dtype=tf.float32
            )
            self.rows.scatter_nd_sub(tf.stack([i[:, 0], i[:, 1]], 1), found * 0.5)
            batch = tf.raw_ops.ResourceGather(
                resource=self.rows.handle, indices=i, dtype=tf.float32, batch_dims=1
            )
            return [found, batch, self.rows.read_value()]

    module = Rows()
    i = np.array([[0, 1], [2, 0], [1, 1]], "int32")
    return module, {"serving_default": signature(module.read, i=i)}, [("serving_default", {"i": i})]


@program(x=numbers(3, 4), i=whole(3, 4, top=5, dtype="int64"))
def narrow_kernels(x, i):
    """Dtypes that TensorFlow 1.12 has no kernels for."""
    small = tf.cast(x * 20, tf.int8)
    return [
        tf.raw_ops.Abs(x=small),
        -small,
        tf.square(tf.cast(x * 4, tf.int8)),
        tf.raw_ops.BatchMatMul(x=i[None], y=i[None], adj_y=True),
        tf.sparse.segment_sum(x, [0, 2], tf.constant([0, 1], tf.int64)),
        tf.sparse.segment_sqrt_n(x, [0, 2], tf.constant([0, 1], tf.int64)),
        tf.matmul(i, i, transpose_a=True),
        tf.matmul(i[None], i[None], transpose_b=True),
        tf.math.divide_no_nan(tf.cast(x, tf.float16), tf.cast(i, tf.float16)),
        tf.argmin(x > 0, 1),
        tf.maximum(tf.cast(i, tf.uint8), tf.constant(2, tf.uint8)),
        tf.minimum(tf.cast(x * 20, tf.int16), tf.constant(2, tf.int16)),
        tf.math.xdivy(x, x + 1.0),
        tf.math.reduce_euclidean_norm(tf.cast(x, tf.float64)),
        tf.sparse.segment_sum(x, [0, 2], tf.constant([0, 1], tf.int64), 3),
        tf.sparse.segment_mean(x, [0, 2], tf.constant([0, 1], tf.int64), 3),
        tf.sparse.segment_sqrt_n(x, [0, 2], tf.constant([0, 1], tf.int64), 3),
    ]
