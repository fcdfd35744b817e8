"""Write models that call ``keras.ops`` on their tensors, with what they predict.

Behind them stand models whose calls say masks, which are not where there is none.

Run it with the Python of the runtime that ``keraport runtimes install keras3.15`` builds::

    PYTHON tools/build_operations_of_keras3.py tests/golden/operations_of_keras3.tar.xz
"""

import io
import os
import sys
import tarfile
import tempfile
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from keras import ops

ROW = np.arange(6, dtype="float32") / 3 + 0.1
MATRIX = np.arange(12, dtype="float32").reshape(6, 2) / 7
FLOATS, INTEGERS, BOOLS = ((4, 6), "float32"), ((4, 6), "int32"), ((4, 6), "bool")


def of_one(x):
    return [
        *(ops.arccosh(x + 2.5), ops.arcsinh(x), ops.arctanh(x * 0.5), ops.copy(x), ops.erf(x)),
        *(ops.erfinv(x * 0.9), ops.log_sigmoid(x), ops.round(x * 4), ops.gelu(x)),
        *(ops.gelu(x, approximate=False), ops.stop_gradient(x), ops.isnan(ops.log(x))),
        *(ops.isinf(1 / ops.relu(x)), ops.isfinite(ops.log(x)), 1 - x, 2 / (x + 9), x // 0.3),
        *(x % 0.3, ops.mod(2, x + 3), ops.convert_to_tensor(x)),
    ]


def reducing(x):
    return [
        *(ops.amax(x, axis=-1), ops.amin(x, axis=(1, 2)), ops.average(x, axis=1)),
        *(ops.logsumexp(x, axis=-1, keepdims=True), ops.logsumexp(x, axis=(1, 2))),
        *(ops.std(x, axis=1), ops.std(x, axis=(1, 2), keepdims=True), ops.var(x, axis=-1)),
        *(ops.count_nonzero(x, axis=1), ops.norm(x, axis=-1), ops.norm(x, ord=1, axis=1)),
        *(ops.norm(x, ord=2, axis=-1, keepdims=True), ops.normalize(x, axis=1)),
        ops.nn.normalize(x * 1e-4, axis=-1, epsilon=1e-3),
        *(ops.cumsum(x, axis=1), ops.cumprod(x, axis=-1), *ops.top_k(x, 2)),
    ]


def moving(x):
    return [
        *(ops.flip(x, axis=-1), ops.flip(x, axis=(1, 2)), ops.roll(x, -2, axis=-1)),
        *(ops.roll(x, (1, 2), axis=(1, 2)), *ops.split(x, 2, axis=1), ops.repeat(x, 2, axis=-1)),
        *(*ops.split(x, [1, 4], axis=-1), *ops.unstack(x, axis=1), ops.tril(x), ops.tril(x, 1)),
        *(ops.repeat(x, [1, 2, 0, 1], axis=1), ops.triu(x), ops.triu(x, -1), ops.tile(x, 2)),
        *(ops.tile(x, [2, 3]), ops.tile(x, [1, 2, 3]), ops.transpose(x, (0, -1, 1))),
        *(ops.swapaxes(x, 1, -1), ops.moveaxis(x, -1, 1), ops.moveaxis(x, [1, 2], [-1, 1])),
        *(ops.pad(x, [[0, 0], [1, 2], [0, 1]]), ops.ravel(x), ops.expand_dims(x, [-1])),
        *(ops.pad(x, [[0, 0], [1, 2], [0, 1]], constant_values=1.5), ops.take(x, 2, axis=-1)),
        *(ops.pad(x, [[0, 0], [1, 2], [0, 1]], mode="reflect"), ops.take(x, [0, 2, 2], axis=1)),
        ops.take(x, np.array([[1, 0], [2, 3]]), axis=1),
    ]


def arrays(x):
    return [
        *(x + ROW, ops.multiply(x, ROW), ops.divide(x, ROW), ops.power(x + 3, ROW), x > ROW),
        *(ops.matmul(x, MATRIX), ops.tensordot(x, MATRIX, axes=1), ops.maximum(ROW, x)),
        ops.tensordot(x, MATRIX[:, :1], axes=[[2], [0]]),
    ]


def choosing(c, x):
    return [
        *(ops.where(c, x, 0.0), ops.where(c, 1, x), ops.where(x > 0.2, 1.0, -1.0)),
        *(ops.where(c, x, 0), ops.logical_xor(c, x > 0)),
    ]


def of_integers(x, y):
    return [
        *(x + y, x * 2, x - 1, 3 - x, ops.maximum(x, y), ops.minimum(x, 2), x // 2, x % 3),
        *(ops.sum(x, axis=-1), ops.max(x, axis=1), ops.bitwise_and(x, y), ops.abs(x), -x),
        *(
            ops.bitwise_or(x, y),
            ops.bitwise_xor(x, y),
            ops.bitwise_not(x),
            ops.one_hot(x, 5),
            ops.one_hot(x - 1, 3, axis=1),
        ),
        ops.one_hot(x, 4, dtype="int32"),
    ]


def of_two(x, y):
    return [ops.arctan2(x, y), ops.mod(x, y + 3), ops.floor_divide(x, y + 3), ops.arctan2(x, 0.5)]


def in_order(x):
    return [ops.sort(x, axis=1), ops.sort(x), ops.argsort(x, axis=1), ops.argsort(x)]


def images(x):
    return [
        *(ops.image.resize(x, (9, 5)), ops.image.resize(x, (3, 4), interpolation="nearest")),
        *(ops.image.hsv_to_rgb(ops.sigmoid(x)), ops.image.rgb_to_hsv(ops.sigmoid(x))),
        ops.image.rgb_to_grayscale(x),
    ]


def other_resizing(x):
    return [
        *(ops.image.resize(x, (9, 5), interpolation="bicubic"),),
        *(ops.image.resize(x, (9, 5), interpolation="lanczos3"),),
        *(ops.image.resize(x, (9, 5), interpolation="lanczos5"),),
        ops.image.resize(x, (3, 4), antialias=True),
    ]


def inner_model():
    start = keras.Input((8,))
    body = keras.layers.BatchNormalization()(start)
    return keras.Model(start, keras.layers.Dense(3, activation="tanh")(body))


def wrapped_model(x, words):
    marked = keras.layers.Embedding(6, 8, mask_zero=True)(words)
    wrapped = keras.layers.TimeDistributed(inner_model())(marked)
    return [
        keras.layers.TimeDistributed(inner_model())(x),
        keras.layers.LSTM(3)(wrapped),
    ]


def model_of_dict(x, y):
    p, q = keras.Input((8,), name="p"), keras.Input((8,), name="q")
    both = {
        "s": keras.layers.Dense(2)(keras.layers.Add()([p, q])),
        "d": keras.layers.Dense(3)(keras.layers.Subtract()([p, q])),
    }
    found = keras.Model({"p": p, "q": q}, both)({"q": y, "p": x})
    return [found["d"], found["s"]]


def masks_of_parts(x, mask):
    heads = keras.layers.MultiHeadAttention(2, 4)
    return [heads(x, x, query_mask=mask, value_mask=mask), x * 2]


STEPS, ROWS = ((5, 8), "float32"), ((8,), "float32")
IMAGES = ((6, 8, 3), "float32")
CASES = {
    **{function.__name__: ([FLOATS], function) for function in (of_one, reducing, moving)},
    **{function.__name__: ([FLOATS], function) for function in (arrays, in_order)},
    **{function.__name__: ([IMAGES], function) for function in (images, other_resizing)},
    "choosing": ([BOOLS, FLOATS], choosing),
    "of_integers": ([INTEGERS, INTEGERS], of_integers),
    "wrapped_model": ([STEPS, ((5,), "int32")], wrapped_model),
    "model_of_dict": ([ROWS, ROWS], model_of_dict),
    "masks_of_parts": ([STEPS, ((5,), "bool")], masks_of_parts),
    "of_two": ([FLOATS, FLOATS], of_two),
}


def given(shape, dtype, random):
    if dtype == "int32":
        return random.randint(0, 5, (3, *shape)).astype(dtype)
    numbers = random.uniform(-1, 1, (3, *shape)).astype("float32")
    return numbers > 0 if dtype == "bool" else numbers


def build(name, kinds, function, folder):
    keras.utils.clear_session()
    random = np.random.RandomState(3)
    starts = [
        keras.Input(shape, dtype=dtype, name=f"in{n}") for n, (shape, dtype) in enumerate(kinds)
    ]
    model = keras.Model(starts, function(*starts))
    arrays = [given(*kind, random) for kind in kinds]
    model.save(folder / f"{name}.keras")
    model = keras.saving.load_model(folder / f"{name}.keras")
    outputs = model.predict(arrays if len(arrays) > 1 else arrays[0], verbose=0, batch_size=3)
    np.savez_compressed(
        folder / f"{name}.npz",
        **{f"input_{n}": array for n, array in enumerate(arrays)},
        **{f"output_{n}": np.asarray(array) for n, array in enumerate(outputs)},
    )
    print(name, len(outputs))


with tempfile.TemporaryDirectory() as scratch:
    for name, (kinds, function) in CASES.items():
        build(name, kinds, function, Path(scratch))
    with tarfile.open(sys.argv[1], "w:xz") as archive:
        for item in sorted(Path(scratch).iterdir()):
            data = item.read_bytes()
            entry = tarfile.TarInfo(item.name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
