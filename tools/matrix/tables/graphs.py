"""Graphs: nested, shared, several inputs and outputs, operations on tensors."""

import importlib

from matrix.case import Case, Input, each, layer

L = layer
VECTOR = (Input((4,)),)
STEPS = (Input((6, 4)),)
IMAGE = (Input((6, 4, 3)),)


def _nested_deep(api, x):
    a = api.layers.Input((4,))
    inner = api.keras.models.Model(
        inputs=a, outputs=api.layers.BatchNormalization()(api.layers.Dense(3)(a))
    )
    b = api.layers.Input((4,))
    outer = api.keras.models.Model(inputs=b, outputs=api.layers.Dense(2)(inner(b)))
    return outer(x)


def _nested_sequential(api, x):
    inner = api.keras.models.Sequential(
        [api.layers.Dense(3, input_shape=(4,), activation="relu"), api.layers.Dense(2)]
    )
    return api.layers.Dense(2)(inner(x))


def _nested_twice(api, a, b):
    start = api.layers.Input((4,))
    tower = api.keras.models.Model(
        inputs=start, outputs=api.layers.Dense(3, activation="tanh")(start)
    )
    return api.layers.concatenate([tower(a), tower(b)])


def _nested_several(api, a, b):
    c, d = api.layers.Input((4,)), api.layers.Input((4,))
    joined = api.layers.add([api.layers.Dense(3)(c), api.layers.Dense(3)(d)])
    inner = api.keras.models.Model(inputs=[c, d], outputs=[joined, api.layers.Dense(2)(d)])
    first, second = inner([a, b])
    return [api.layers.Dense(2)(first), second]


def _distributed_model(api, x):
    start = api.layers.Input((4,))
    inner = api.keras.models.Model(inputs=start, outputs=api.layers.Dense(2)(start))
    return api.layers.TimeDistributed(inner)(x)


def _residual(api, x):
    y = api.layers.Conv2D(3, 3, padding="same")(x)
    y = api.layers.BatchNormalization()(y)
    y = api.layers.Activation("relu")(y)
    y = api.layers.add([x, y])
    y = api.layers.GlobalAveragePooling2D()(y)
    return api.layers.Dense(3, activation="softmax")(y)


def _several(api, a, b):
    x = api.layers.Dense(3, name="left")(a)
    y = api.layers.Conv1D(3, 2, name="right")(b)
    y = api.layers.GlobalMaxPooling1D()(y)
    both = api.layers.concatenate([x, y], name="both")
    return [api.layers.Dense(2, name="one")(both), api.layers.Dense(1, name="two")(both)]


def _input_as_output(api, x):
    return [x, api.layers.Dense(2)(x)]


def _autoencoder(api, x):
    code = api.layers.Dense(2, activation="relu", name="encoder/code")(x)
    return api.layers.Dense(4, activation="sigmoid", name="decoder.out")(code)


def _unet(api, x):
    down = api.layers.Conv2D(2, 3, padding="same", activation="relu")(x)
    low = api.layers.Conv2D(3, 3, padding="same")(api.layers.MaxPooling2D()(down))
    up = api.layers.Conv2DTranspose(2, 2, strides=2)(low)
    return api.layers.Conv2D(1, 1, activation="sigmoid")(api.layers.concatenate([down, up]))


def _operators(api, x):
    y = api.layers.Dense(4)(x)
    return [y * 2.0 + 1.0, 1.0 - y, (y + x) / 2.0, -y, y**2]


def _slices(_, x):
    return [x[:, 1:3], x[:, -1], x[..., ::2], x[:, :, 0:1]]


def _functions(api, x):
    y = api.layers.Dense(4)(x)
    if api.is_keras3:
        ops = api.keras.ops
        return [
            ops.relu(y),
            ops.exp(y),
            ops.mean(y, axis=-1, keepdims=True),
            ops.concatenate([x, y], axis=1),
        ]
    tf = importlib.import_module("tensorflow")
    return [
        tf.nn.relu(y),
        tf.exp(y),
        tf.reduce_mean(y, axis=-1, keepdims=True),
        tf.concat([x, y], axis=1),
    ]


def _shapes(api, x):
    y = api.layers.Dense(4)(x)
    if api.is_keras3:
        ops = api.keras.ops
        return [
            ops.reshape(y, (-1, 24)),
            ops.transpose(y, (0, 2, 1)),
            ops.expand_dims(y, 1),
            ops.matmul(y, ops.transpose(x, (0, 2, 1))),
        ]
    tf = importlib.import_module("tensorflow")
    return [
        tf.reshape(y, (-1, 24)),
        tf.transpose(y, (0, 2, 1)),
        tf.expand_dims(y, 1),
        tf.matmul(y, x, transpose_b=True),
    ]


def _choices(api, x):
    y = api.layers.Dense(4)(x)
    if api.is_keras3:
        ops = api.keras.ops
        return [
            ops.where(ops.greater(y, 0.0), y, x),
            ops.clip(y, -0.5, 0.5),
            ops.maximum(x, y),
            ops.cast(ops.argmax(y, axis=-1), "int32"),
        ]
    tf = importlib.import_module("tensorflow")
    return [
        tf.where(tf.greater(y, 0.0), y, x),
        tf.clip_by_value(y, -0.5, 0.5),
        tf.maximum(x, y),
        tf.cast(tf.argmax(y, axis=-1), tf.int32),
    ]


CASES = (
    Case(
        "nested",
        "A model in a model.",
        VECTOR,
        ((L("Dense", units=4, activation="relu"), L("BatchNormalization"), L("Dense", units=2)),),
        "nested",
    ),
    Case("nested_deep", "A model in a model in a model.", VECTOR, _nested_deep, recipe="adam"),
    Case(
        "nested_sequential",
        "A Sequential in a functional model.",
        VECTOR,
        _nested_sequential,
        recipe="rmsprop",
    ),
    Case(
        "nested_twice", "A model that is called twice.", (Input((4,)), Input((4,))), _nested_twice
    ),
    Case(
        "nested_several",
        "A model with several inputs and outputs in another.",
        (Input((4,)), Input((4,))),
        _nested_several,
    ),
    Case(
        "shared",
        "Layers that are called twice.",
        VECTOR,
        ((L("Dense", units=3), L("BatchNormalization"), L("Dense", units=2)),),
        "shared",
    ),
    Case(
        "shared_lstm",
        "A recurrent layer that is called twice.",
        STEPS,
        ((L("LSTM", units=3),),),
        "shared",
    ),
    Case(
        "distributed_model",
        "TimeDistributed of a model.",
        STEPS,
        _distributed_model,
        needs=("TimeDistributed",),
    ),
    Case("residual", "A residual block.", IMAGE, _residual, recipe="categorical"),
    Case(
        "several_outputs",
        "Several inputs and outputs, named.",
        (Input((4,)), Input((6, 2))),
        _several,
        recipe="adam",
    ),
    Case("input_as_output", "An input that is an output.", VECTOR, _input_as_output, recipe="none"),
    Case("names_with_slashes", "Names of layers with slashes and dots.", VECTOR, _autoencoder),
    Case("unet", "Skip connections.", IMAGE, _unet, recipe="binary"),
    Case(
        "training_hinge",
        "Compiled with squared_hinge.",
        VECTOR,
        each(L("Dense", units=2, activation="tanh")),
        recipe="hinge",
    ),
    Case(
        "training_poisson",
        "Compiled with poisson.",
        VECTOR,
        each(L("Dense", units=2, activation="softplus")),
        recipe="poisson",
    ),
    Case(
        "training_kld",
        "Compiled with kullback_leibler_divergence.",
        VECTOR,
        each(L("Dense", units=3, activation="softmax")),
        recipe="kld",
    ),
    Case(
        "training_msle",
        "Compiled with mean_squared_logarithmic_error.",
        VECTOR,
        each(L("Dense", units=2, activation="relu")),
        recipe="msle",
    ),
    Case(
        "training_logcosh",
        "Compiled with logcosh.",
        VECTOR,
        each(L("Dense", units=2)),
        recipe="logcosh",
    ),
    Case(
        "training_huber", "Compiled with Huber.", VECTOR, each(L("Dense", units=2)), recipe="huber"
    ),
    Case("operators", "Operators of Python on tensors.", VECTOR, _operators),
    Case("slices", "Slices of tensors.", STEPS, _slices),
    Case("functions", "Functions of the framework on tensors.", VECTOR, _functions),
    Case("shape_functions", "Functions that change shapes.", STEPS, _shapes),
    Case("choices", "Functions that compare and choose.", VECTOR, _choices),
)
