"""Small models that Keras 1.2 builds; run by ``tools/build_keras1.py``.

Each function is a model, with TensorFlow's order of dimensions unless it says otherwise. What a
backend lacks raises an error there, and the model is not in the folder of that backend. Written for
Python 3.6.
"""

from keras import backend as K
from keras import constraints, regularizers
from keras import layers as L
from keras import models as M

MODELS = {}


def model(build):
    """List a function that builds a model."""
    MODELS[build.__name__] = build
    return build


def stack(*layers):
    """A Sequential."""
    return M.Sequential(list(layers))


@model
def dense_sequential():
    """Constraints, regularizers, initializers by their old names."""
    return stack(
        L.Dense(4, activation="hard_sigmoid", input_dim=3, W_regularizer=regularizers.l2(0.1)),
        L.Dense(4, activation="softplus", W_constraint=constraints.maxnorm(2), init="he_normal"),
        L.Dense(4, activation="tanh", init="lecun_uniform", b_constraint=constraints.nonneg()),
        L.Dropout(0.3),
        L.ActivityRegularization(l1=0.1),
        L.Dense(3, activation="softsign", init="uniform", b_regularizer=regularizers.l1(0.1)),
        L.Dense(3, activation="softmax", bias=False, init="normal"),
    )


@model
def dense_of_sequences():
    """Dense keeps the axes before the last one."""
    return stack(
        L.Dense(4, input_shape=(5, 3), activation="relu"),
        L.TimeDistributedDense(3, activation="tanh"),
        L.Flatten(),
        L.Dense(2, W_constraint=constraints.unitnorm(), init="orthogonal"),
    )


@model
def advanced_activations():
    """Layers of activations."""
    x = L.Input((4, 3), name="x")
    y = L.LeakyReLU(0.2)(x)
    u = L.ELU(0.7)(x)
    v = L.ThresholdedReLU(0.5)(x)
    return M.Model(x, L.merge([y, u, v, L.PReLU()(x)], mode="concat"))


@model
def shared_slopes():
    """PReLU says nowhere which axes share a slope."""
    x = L.Input((4, 3), name="x")
    return M.Model(x, L.PReLU(shared_axes=[1])(x))


@model
def parametric_softplus():
    """A layer of Keras 1 alone."""
    x = L.Input((4, 3), name="x")
    return M.Model(x, [L.ParametricSoftplus(0.3, 2.0)(x), L.ParametricSoftplus(shared_axes=[1])(x)])


@model
def s_shaped():
    """A layer of Keras 1 alone."""
    x = L.Input((4, 3), name="x")
    return M.Model(x, [L.SReLU()(x), L.SReLU(shared_axes=[1])(x)])


@model
def highway_and_maxout():
    """Layers of Keras 1 that Keras 2 still has."""
    x = L.Input((4,), name="x")
    y = L.Highway(activation="tanh")(x)
    y = L.Highway(bias=False)(y)
    y = L.MaxoutDense(3, nb_feature=2)(y)
    return M.Model(x, [y, L.MaxoutDense(2, bias=False)(y)])


@model
def highway_alone():
    """A gate that carries its input."""
    return stack(L.Highway(input_dim=4, activation="relu"), L.Dense(2))


@model
def maxout_alone():
    """The largest of several Dense."""
    return stack(L.MaxoutDense(3, input_dim=4), L.Activation("sigmoid"))


@model
def reshaping():
    """Layers without weights."""
    x = L.Input((4, 6), name="x")
    y = L.Reshape((6, 4))(x)
    y = L.Permute((2, 1))(y)
    z = L.RepeatVector(3)(L.Flatten()(x))
    return M.Model(x, [y, z, L.GaussianNoise(0.1)(x), L.GaussianDropout(0.2)(x)])


@model
def reshape_unknown():
    """A size that is left open."""
    return stack(L.Reshape((-1, 2), input_shape=(4, 3)), L.SpatialDropout1D(0.2), L.Dense(2))


@model
def convolutions_1d():
    """One dimension: dilated, pooled, padded and cropped."""
    x = L.Input((13, 3), name="x")
    y = L.Convolution1D(4, 3, border_mode="same", activation="relu")(x)
    y = L.AtrousConvolution1D(4, 2, atrous_rate=2)(y)
    y = L.MaxPooling1D(2)(y)
    y = L.ZeroPadding1D((1, 2))(y)
    y = L.AveragePooling1D(2, stride=1, border_mode="same")(y)
    y = L.Cropping1D((1, 0))(y)
    y = L.UpSampling1D(2)(y)
    y = L.LocallyConnected1D(3, 3, subsample_length=2)(y)
    return M.Model(x, [L.GlobalMaxPooling1D()(y), L.GlobalAveragePooling1D()(y), L.Flatten()(y)])


@model
def convolution_1d_sequential():
    """Convolutions that begin a Sequential."""
    return stack(
        L.Convolution1D(4, 3, input_dim=3, input_length=9, subsample_length=2, bias=False),
        L.Convolution1D(2, 1, activation="tanh", W_constraint=constraints.maxnorm(2, axis=2)),
    )


@model
def convolutions_2d():
    """Two dimensions, channels last."""
    x = L.Input((9, 8, 3), name="x")
    y = L.Convolution2D(
        4, 3, 2, border_mode="same", subsample=(2, 2), activation="tanh", dim_ordering="tf"
    )(x)
    y = L.BatchNormalization(epsilon=1e-2)(y)
    y = L.ZeroPadding2D({"top_pad": 1, "right_pad": 2}, dim_ordering="tf")(y)
    y = L.MaxPooling2D((2, 2), dim_ordering="tf")(y)
    y = L.UpSampling2D((2, 1), dim_ordering="tf")(y)
    y = L.Cropping2D(((0, 1), (1, 0)), dim_ordering="tf")(y)
    y = L.LocallyConnected2D(2, 2, 2, dim_ordering="tf")(y)
    y = L.SpatialDropout2D(0.3, dim_ordering="tf")(y)
    return M.Model(
        x,
        [
            L.GlobalMaxPooling2D(dim_ordering="tf")(y),
            L.GlobalAveragePooling2D(dim_ordering="tf")(y),
            L.AveragePooling2D((1, 2), border_mode="same", dim_ordering="tf")(y),
        ],
    )


@model
def padded_otherwise():
    """Where Theano pads otherwise than TensorFlow: even kernels, and steps of two."""
    x = L.Input((9, 8, 3), name="x")
    s = L.Input((8, 3), name="s")
    y = L.Convolution2D(4, 3, 3, border_mode="same", subsample=(2, 2), dim_ordering="tf")(x)
    y = L.Convolution2D(3, 2, 4, border_mode="same", dim_ordering="tf")(y)
    z = L.Convolution1D(4, 3, border_mode="same", subsample_length=2)(s)
    return M.Model([x, s], [y, L.Convolution1D(3, 2, border_mode="same")(z)])


@model
def padded_sequential():
    """Likewise, where the layer says what it is fed."""
    return stack(
        L.Convolution2D(4, 4, 3, border_mode="same", input_shape=(3, 7, 8), dim_ordering="th"),
        L.Flatten(),
        L.Dense(2),
    )


@model
def pooled_otherwise():
    """Pooling that Theano pads otherwise."""
    return stack(
        L.MaxPooling2D((2, 2), border_mode="same", input_shape=(7, 8, 3), dim_ordering="tf")
    )


@model
def atrous_2d():
    """Holes in kernels."""
    x = L.Input((9, 8, 3), name="x")
    y = L.AtrousConvolution2D(4, 3, 2, atrous_rate=(2, 2), dim_ordering="tf")(x)
    return M.Model(x, L.BatchNormalization(axis=1)(y))


@model
def separable_2d():
    """Two kernels, channels last."""
    x = L.Input((9, 8, 3), name="x")
    y = L.SeparableConvolution2D(
        4, 3, 3, depth_multiplier=2, border_mode="same", activation="relu", dim_ordering="tf"
    )(x)
    return M.Model(x, y)


@model
def separable_2d_channels_first():
    """Two kernels, channels first."""
    x = L.Input((3, 9, 8), name="x")
    return M.Model(x, L.SeparableConvolution2D(4, 3, 2, depth_multiplier=2, dim_ordering="th")(x))


@model
def transposed_2d():
    """Convolutions that enlarge, channels last; they say which shape they give."""
    x = L.Input((4, 5, 3), name="x")
    y = L.Deconvolution2D(
        4, 3, 3, (None, 9, 11, 4), subsample=(2, 2), activation="tanh", dim_ordering="tf"
    )(x)
    z = L.Deconvolution2D(
        2, 3, 2, (None, 8, 10, 2), subsample=(2, 2), border_mode="same", dim_ordering="tf"
    )(x)
    return M.Model(x, [y, z])


@model
def transposed_2d_channels_first():
    """Convolutions that enlarge, channels first."""
    x = L.Input((3, 4, 5), name="x")
    y = L.Deconvolution2D(4, 3, 2, (None, 4, 9, 10), subsample=(2, 2), dim_ordering="th")(x)
    return M.Model(x, y)


@model
def transposed_2d_of_another_shape():
    """A shape that a smaller input would not give by itself."""
    x = L.Input((4, 5, 3), name="x")
    y = L.Deconvolution2D(4, 3, 3, (None, 10, 12, 4), subsample=(2, 2), dim_ordering="tf")(x)
    return M.Model(x, y)


@model
def channels_first():
    """Channels first."""
    x = L.Input((3, 9, 8), name="x")
    y = L.Convolution2D(
        4, 3, 2, activation="relu", W_constraint=constraints.maxnorm(2), dim_ordering="th"
    )(x)
    y = L.BatchNormalization(axis=1)(y)
    y = L.MaxPooling2D((2, 2), dim_ordering="th")(y)
    y = L.ZeroPadding2D((1, 2), dim_ordering="th")(y)
    y = L.UpSampling2D((2, 2), dim_ordering="th")(y)
    y = L.Cropping2D(((0, 1), (1, 0)), dim_ordering="th")(y)
    y = L.LocallyConnected2D(2, 2, 2, dim_ordering="th")(y)
    return M.Model(
        x,
        [
            L.GlobalMaxPooling2D(dim_ordering="th")(y),
            L.AveragePooling2D((2, 2), strides=(1, 1), dim_ordering="th")(y),
        ],
    )


@model
def channels_first_sequential():
    """As the first networks of Keras were written."""
    return stack(
        L.Convolution2D(4, 3, 3, input_shape=(3, 8, 8), border_mode="same", dim_ordering="th"),
        L.Activation("relu"),
        L.MaxPooling2D((2, 2), dim_ordering="th"),
        L.Dropout(0.25),
        L.Flatten(),
        L.Dense(5, activation="softmax"),
    )


@model
def convolutions_3d():
    """Three dimensions, channels last."""
    x = L.Input((5, 6, 5, 2), name="x")
    y = L.Convolution3D(3, 2, 2, 1, border_mode="same", dim_ordering="tf")(x)
    y = L.ZeroPadding3D((1, 1, 1), dim_ordering="tf")(y)
    y = L.MaxPooling3D((2, 2, 2), dim_ordering="tf")(y)
    y = L.UpSampling3D((2, 2, 2), dim_ordering="tf")(y)
    y = L.Cropping3D(((1, 0), (0, 1), (1, 1)), dim_ordering="tf")(y)
    y = L.SpatialDropout3D(0.2, dim_ordering="tf")(y)
    return M.Model(
        x,
        [
            L.GlobalMaxPooling3D(dim_ordering="tf")(y),
            L.GlobalAveragePooling3D(dim_ordering="tf")(y),
            L.AveragePooling3D((2, 2, 1), dim_ordering="tf")(y),
        ],
    )


@model
def convolutions_3d_channels_first():
    """Three dimensions, channels first."""
    x = L.Input((2, 5, 6, 5), name="x")
    return M.Model(x, L.Convolution3D(3, 2, 1, 2, activation="tanh", dim_ordering="th")(x))


@model
def batch_normalization():
    """Regularizers of it, and its axis."""
    x = L.Input((4, 3), name="x")
    y = L.BatchNormalization(gamma_regularizer=regularizers.l2(0.1), momentum=0.9)(x)
    return M.Model(x, L.BatchNormalization(axis=1, beta_init="one")(y))


@model
def batch_normalization_of_samples():
    """It normalises each sample."""
    return stack(L.Dense(4, input_dim=3), L.BatchNormalization(mode=1))


@model
def batch_normalization_of_batches():
    """It normalises each batch, also when it predicts."""
    return stack(L.Dense(4, input_dim=3), L.BatchNormalization(mode=2))


@model
def embedding():
    """Integers."""
    return stack(
        L.Embedding(8, 4, input_length=5, W_constraint=constraints.nonneg(), dropout=0.2),
        L.Flatten(),
        L.Dense(2),
    )


@model
def embedding_masked():
    """A mask that goes through layers."""
    return stack(
        L.Embedding(8, 4, mask_zero=True, input_length=5),
        L.Dropout(0.2),
        L.LSTM(3, return_sequences=True),
        L.GRU(2),
    )


def recurrent(make, **keywords):
    """Sequences and last steps of one class, in each way to compute."""
    x = L.Input((5, 3), name="x")
    outputs = []
    for way in ("cpu", "mem", "gpu"):
        y = make(4, return_sequences=True, consume_less=way, **keywords)(x)
        outputs.append(make(2, go_backwards=True, consume_less=way)(y))
    return M.Model(x, outputs)


@model
def simple_rnn():
    """The plain one."""
    return recurrent(L.SimpleRNN, activation="sigmoid", W_regularizer=regularizers.l2(0.1))


@model
def gru():
    """Three gates."""
    return recurrent(L.GRU, inner_activation="sigmoid", dropout_W=0.1, dropout_U=0.2)


@model
def lstm():
    """Four gates."""
    return recurrent(L.LSTM, forget_bias_init="zero", inner_init="glorot_uniform")


@model
def lstm_sequential():
    """By the arguments that begin a Sequential, unrolled."""
    return stack(
        L.LSTM(4, input_dim=3, input_length=5, return_sequences=True, unroll=True),
        L.GRU(3, return_sequences=True, activation="relu"),
        L.TimeDistributed(L.Dense(2)),
        L.SimpleRNN(2),
    )


@model
def masked_recurrent():
    """Steps that are left out."""
    x = L.Input((5, 3), name="x_masked")
    y = L.Masking(0.0)(x)
    return M.Model(
        x, [L.LSTM(3)(y), L.GRU(3, return_sequences=True)(y), L.SimpleRNN(2, go_backwards=True)(y)]
    )


@model
def masked_bidirectional():
    """Both ways, with steps that are left out."""
    x = L.Input((5, 3), name="x_masked")
    return M.Model(x, L.Bidirectional(L.LSTM(3, return_sequences=True))(L.Masking(0.0)(x)))


@model
def bidirectional():
    """Both ways, in each mode."""
    x = L.Input((5, 3), name="x")
    y = L.Bidirectional(L.LSTM(3, return_sequences=True), merge_mode="concat")(x)
    return M.Model(
        x,
        [
            L.Bidirectional(L.GRU(2), merge_mode="sum")(y),
            L.Bidirectional(L.SimpleRNN(2, return_sequences=True), merge_mode="mul")(y),
            L.Bidirectional(L.LSTM(2, consume_less="gpu"), merge_mode="ave")(y),
        ],
    )


@model
def stateful():
    """States from batch to batch."""
    return stack(
        L.LSTM(4, batch_input_shape=(2, 5, 3), stateful=True, return_sequences=True),
        L.GRU(2, stateful=True),
    )


@model
def conv_lstm():
    """Images in time, channels last."""
    x = L.Input((4, 6, 6, 2), name="x")
    y = L.ConvLSTM2D(
        3, 3, 2, border_mode="same", return_sequences=True, inner_activation="sigmoid",
        dim_ordering="tf",
    )(x)  # fmt: skip
    return M.Model(x, L.ConvLSTM2D(2, 3, 3, border_mode="same", dim_ordering="tf")(y))


@model
def conv_lstm_channels_first():
    """Images in time, channels first."""
    x = L.Input((4, 2, 6, 6), name="x")
    return M.Model(x, L.ConvLSTM2D(3, 3, 2, border_mode="same", dim_ordering="th")(x))


@model
def time_distributed():
    """A layer for every step."""
    x = L.Input((4, 6, 6, 2), name="x")
    y = L.TimeDistributed(L.Convolution2D(3, 3, 2, dim_ordering="tf"))(x)
    y = L.TimeDistributed(L.BatchNormalization())(y)
    y = L.TimeDistributed(L.Flatten())(y)
    return M.Model(x, L.TimeDistributed(L.MaxoutDense(2))(y))


@model
def merges():
    """Every mode of the function."""
    x = L.Input((4, 3), name="x")
    y = L.Input((4, 3), name="y")
    modes = ("sum", "mul", "ave", "max", "concat")
    outputs = [L.merge([x, y], mode=mode) for mode in modes]
    outputs.append(L.merge([x, y], mode="concat", concat_axis=1))
    outputs.append(L.merge([x, y], mode="dot", dot_axes=[2, 2]))
    outputs.append(L.merge([x, y], mode="dot", dot_axes=1))
    return M.Model([x, y], outputs)


@model
def merge_dot_and_cosine():
    """Products of vectors."""
    x = L.Input((4,), name="x")
    y = L.Input((4,), name="y")
    return M.Model(
        [x, y],
        [
            L.merge([x, y], mode="dot", dot_axes=1),
            L.merge([x, y], mode="cos", dot_axes=1),
        ],
    )


@model
def merge_of_masked():
    """Masks are merged, too."""
    x = L.Input((5, 3), name="x_masked")
    y = L.Input((5, 3), name="y_masked")
    a, b = L.Masking(0.0)(x), L.Masking(0.0)(y)
    return M.Model(
        [x, y], [L.LSTM(3)(L.merge([a, b], mode="sum")), L.GRU(3)(L.merge([a, b], mode="concat"))]
    )


@model
def merge_function():
    """A function of several tensors."""
    x = L.Input((3,), name="x")
    y = L.Input((3,), name="y")
    return M.Model(
        [x, y],
        L.merge([x, y], mode=lambda t: t[0] - 2 * t[1], output_shape=lambda shapes: shapes[0]),
    )


@model
def merged_sequentials():
    """Two branches that are merged by the first layer of a Sequential."""
    left = stack(L.Dense(4, input_dim=3, activation="tanh"), L.BatchNormalization())
    right = stack(L.Dense(4, input_dim=2), L.Activation("relu"))
    return stack(L.Merge([left, right], mode="concat"), L.Dense(3), L.Activation("softmax"))


@model
def merged_sequentials_within():
    """Branches that themselves begin with merged ones."""
    a = stack(L.Dense(4, input_dim=3))
    b = stack(L.Dense(4, input_dim=2))
    c = stack(L.Dense(4, input_dim=2), L.Dense(3))
    both = stack(L.Merge([a, b], mode="sum"), L.Dense(3))
    return stack(L.Merge([both, c], mode="mul"), L.Dense(2))


@model
def nested_models():
    """Models as layers, one of them called twice."""
    inner = stack(L.Dense(4, input_dim=3), L.BatchNormalization(), L.Dense(3, activation="tanh"))
    p = L.Input((3,), name="p")
    graph = M.Model(p, L.merge([L.Dense(3)(p), p], mode="sum"))
    x = L.Input((3,), name="x")
    return M.Model(x, L.merge([inner(inner(x)), graph(x)], mode="concat"))


@model
def nested_in_sequential():
    """A Sequential within one."""
    inner = stack(L.Dense(4, input_dim=3), L.BatchNormalization(), L.Dense(3, activation="tanh"))
    return stack(inner, L.Dense(2), stack(L.Dense(3, input_dim=2), L.Dense(2)))


@model
def frozen():
    """Layers that are not trained."""
    inner = stack(L.Dense(4, input_dim=3), L.BatchNormalization(), L.Dense(3))
    inner.trainable = False
    x = L.Input((3,), name="x")
    y = L.Dense(3, trainable=False)(inner(x))
    return M.Model(x, L.LSTM(2, trainable=False)(L.Reshape((1, 3))(y)))


@model
def shared_layer():
    """One layer for two inputs."""
    x = L.Input((3,), name="x")
    y = L.Input((3,), name="y")
    dense = L.Dense(4, activation="relu")
    return M.Model([x, y], L.Dense(1)(L.merge([dense(x), dense(y)], mode="concat")))


@model
def lambdas():
    """Functions as bytecode."""
    return stack(L.Dense(4, input_dim=3), L.Lambda(lambda t: t * 2 + 1), L.Dense(2))


@model
def compiled():
    """An optimizer that has trained."""
    built = stack(L.Dense(4, input_dim=3, activation="relu"), L.Dropout(0.2), L.Dense(2))
    built.compile("adam", "mse", metrics=["mae", "accuracy"])
    return built


@model
def compiled_sgd():
    """Another optimizer, a graph with two outputs."""
    x = L.Input((3,), name="x")
    a, b = L.Dense(2, name="a")(x), L.Dense(3, activation="softmax", name="b")(x)
    built = M.Model(x, [a, b])
    built.compile(
        "rmsprop",
        {"a": "mse", "b": "categorical_crossentropy"},
        metrics={"b": ["accuracy", "precision"]},
        loss_weights={"a": 1.0, "b": 0.5},
    )
    return built


@model
def images():
    """A small network for images, as Keras 1 wrote them by default."""
    built = stack(
        L.Convolution2D(4, 3, 3, border_mode="same", input_shape=(8, 8, 3), dim_ordering="tf"),
        L.Activation("relu"),
        L.BatchNormalization(),
        L.Convolution2D(4, 3, 3, subsample=(2, 2), dim_ordering="tf"),
        L.SReLU(),
        L.AveragePooling2D((2, 2), dim_ordering="tf"),
        L.Flatten(),
        L.Dense(5, activation="softmax"),
    )
    built.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
    return built


def sizes_of(tensor):
    """The shape of a tensor, whatever the backend."""
    return K.int_shape(tensor)
