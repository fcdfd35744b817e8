"""Small models that standalone Keras 2.0 to 2.3 builds; run by ``tools/build_standalone_keras.py``.

Each function is a model. Its name says what it is about; what a release lacks raises an error
there, and the model is not in the folder of that release. Written for Python 3.6.
"""

from keras import backend as K
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
    """Constraints, regularizers, every activation with a name of its own."""
    return stack(
        L.Dense(4, activation="hard_sigmoid", input_shape=(3,), kernel_regularizer="l2"),
        L.Dense(
            4, activation="softplus", kernel_constraint="max_norm", kernel_initializer="he_normal"
        ),
        L.Dense(4, activation="selu", kernel_initializer="lecun_uniform", bias_initializer="ones"),
        L.Dropout(0.3),
        L.ActivityRegularization(l1=0.1),
        L.Activation("elu"),
        L.Dense(3, activation="softmax", use_bias=False),
    )


@model
def advanced_activations():
    """Layers of activations."""
    x = L.Input((4, 3), name="x")
    y = L.LeakyReLU(0.2)(x)
    z = L.PReLU(shared_axes=[1])(x)
    u = L.ELU(0.7)(x)
    v = L.ThresholdedReLU(0.5)(x)
    return M.Model(x, L.Concatenate()([y, z, u, v]))


@model
def softmax_and_relu_layers():
    """Layers of Keras 2.1.3 and 2.2."""
    x = L.Input((4, 3), name="x")
    return M.Model(
        x, [L.Softmax(axis=1)(x), L.ReLU(max_value=1.0, negative_slope=0.1, threshold=0.2)(x)]
    )


@model
def softmax_behind_mask():
    """A Softmax that a mask reaches, and an LSTM that it reaches then."""
    x = L.Input((5, 3), name="x_masked")
    y = L.Softmax()(L.Masking(0.0)(x))
    return M.Model(x, [y, L.LSTM(3)(y)])


@model
def convolutions_1d():
    """One dimension: causal, dilated, pooled, padded and cropped."""
    x = L.Input((12, 3), name="x")
    y = L.Conv1D(4, 3, padding="causal", dilation_rate=2, activation="relu")(x)
    y = L.MaxPooling1D(2)(y)
    y = L.ZeroPadding1D((1, 2))(y)
    y = L.AveragePooling1D(2, strides=1, padding="same")(y)
    y = L.Cropping1D((1, 0))(y)
    y = L.UpSampling1D(2)(y)
    y = L.LocallyConnected1D(3, 3, strides=2)(y)
    return M.Model(x, [L.GlobalMaxPooling1D()(y), L.GlobalAveragePooling1D()(y), L.Flatten()(y)])


@model
def convolutions_2d():
    """Two dimensions."""
    x = L.Input((9, 8, 3), name="x")
    y = L.Conv2D(4, (3, 2), padding="same", strides=2, activation="tanh")(x)
    y = L.BatchNormalization(epsilon=1e-2)(y)
    y = L.SeparableConv2D(3, 3, depth_multiplier=2, padding="same")(y)
    y = L.Conv2DTranspose(3, 3, strides=2)(y)
    y = L.ZeroPadding2D(((1, 2), (0, 1)))(y)
    y = L.MaxPooling2D(2)(y)
    y = L.Cropping2D(((0, 1), (1, 0)))(y)
    y = L.UpSampling2D((2, 1))(y)
    y = L.LocallyConnected2D(2, 2)(y)
    y = L.SpatialDropout2D(0.3)(y)
    return M.Model(
        x, [L.GlobalMaxPooling2D()(y), L.GlobalAveragePooling2D()(y), L.AveragePooling2D()(y)]
    )


@model
def convolutions_2d_atrous():
    """Dilation, and the axis of normalisation."""
    x = L.Input((9, 8, 3), name="x")
    y = L.Conv2D(4, 3, dilation_rate=2, kernel_initializer="glorot_normal")(x)
    return M.Model(x, L.BatchNormalization(axis=1, scale=False)(y))


@model
def depthwise():
    """DepthwiseConv2D of Keras 2.1.5, SeparableConv1D of 2.1.3."""
    x = L.Input((9, 8, 3), name="x")
    s = L.Input((9, 3), name="s")
    y = L.DepthwiseConv2D(3, depth_multiplier=2, activation="relu")(x)
    return M.Model([x, s], [y, L.SeparableConv1D(4, 3, padding="same")(s)])


@model
def depthwise_channels_first():
    """DepthwiseConv2D with channels first."""
    x = L.Input((3, 9, 8), name="x")
    return M.Model(x, L.DepthwiseConv2D(3, data_format="channels_first")(x))


@model
def convolutions_3d():
    """Three dimensions."""
    x = L.Input((5, 6, 5, 2), name="x")
    y = L.Conv3D(3, 2, padding="same")(x)
    y = L.ZeroPadding3D(1)(y)
    y = L.MaxPooling3D(2)(y)
    y = L.UpSampling3D(2)(y)
    y = L.Cropping3D(((1, 0), (0, 1), (1, 1)))(y)
    y = L.Conv3DTranspose(2, 2, strides=2)(y)
    y = L.AveragePooling3D(2, padding="same")(y)
    return M.Model(
        x, [L.GlobalMaxPooling3D()(y), L.GlobalAveragePooling3D()(y), L.SpatialDropout3D(0.2)(y)]
    )


@model
def channels_first():
    """Channels first, which standalone Keras transposes on a CPU."""
    x = L.Input((3, 9, 8), name="x")
    y = L.Conv2D(4, 3, data_format="channels_first", activation="relu")(x)
    y = L.BatchNormalization(axis=1)(y)
    y = L.MaxPooling2D(2, data_format="channels_first")(y)
    y = L.Conv2DTranspose(3, 3, strides=2, data_format="channels_first")(y)
    y = L.UpSampling2D(2, data_format="channels_first")(y)
    y = L.ZeroPadding2D(1, data_format="channels_first")(y)
    return M.Model(x, [y, L.GlobalAveragePooling2D(data_format="channels_first")(y)])


@model
def flatten_channels_first():
    """Flatten that brings channels last first (Keras 2.1.6)."""
    return stack(
        L.Conv2D(2, 2, data_format="channels_first", input_shape=(2, 4, 3)),
        L.Flatten(data_format="channels_first"),
        L.Dense(3),
    )


@model
def channels_first_1d():
    """One dimension with channels first (Keras 2.2)."""
    x = L.Input((3, 9), name="x")
    y = L.Conv1D(4, 3, data_format="channels_first")(x)
    y = L.MaxPooling1D(2, data_format="channels_first")(y)
    return M.Model(x, [y, L.GlobalAveragePooling1D(data_format="channels_first")(y)])


@model
def output_padding():
    """Transposed convolutions with output_padding (Keras 2.2)."""
    x = L.Input((4, 5, 2), name="x")
    return M.Model(x, L.Conv2DTranspose(3, 3, strides=3, output_padding=(1, 2), padding="same")(x))


@model
def output_padding_3d():
    """The same in three dimensions."""
    x = L.Input((3, 4, 3, 2), name="x")
    return M.Model(x, L.Conv3DTranspose(2, 3, strides=3, output_padding=1)(x))


@model
def transposed_unpadded():
    """Transposed convolutions whose outputs have every size."""
    x = L.Input((5, 6, 2), name="x")
    y = L.Conv2DTranspose(3, 2, strides=3)(x)
    z = L.Conv2DTranspose(3, (4, 1), strides=2, padding="same")(x)
    return M.Model(x, [y, z])


@model
def bilinear():
    """UpSampling2D that interpolates (Keras 2.2.3)."""
    x = L.Input((4, 5, 2), name="x")
    y = L.UpSampling2D((2, 3), interpolation="bilinear")(x)
    return M.Model(x, L.Conv2D(2, 2)(y))


@model
def bilinear_channels_first():
    """The same with channels first."""
    x = L.Input((2, 4, 5), name="x")
    return M.Model(x, L.UpSampling2D(2, interpolation="bilinear", data_format="channels_first")(x))


@model
def bilinear_unknown_size():
    """The same for images of any size."""
    x = L.Input((None, None, 2), name="x")
    return M.Model(x, L.Conv2D(2, 2)(L.UpSampling2D(2, interpolation="bilinear")(x)))


@model
def recurrent_sequential():
    """Recurrent layers as they are by default: hard_sigmoid up to Keras 2.2."""
    return stack(
        L.LSTM(4, return_sequences=True, input_shape=(6, 3)),
        L.GRU(4, return_sequences=True),
        L.SimpleRNN(4, return_sequences=True),
        L.Bidirectional(L.LSTM(3)),
    )


@model
def recurrent_values():
    """Values of recurrent layers."""
    x = L.Input((6, 3), name="x")
    y = L.LSTM(4, implementation=0, return_sequences=True, dropout=0.1, unit_forget_bias=False)(x)
    z = L.LSTM(4, implementation=2, return_sequences=True, go_backwards=True, use_bias=False)(x)
    u = L.GRU(4, implementation=2, return_sequences=True, unroll=True, activation="relu")(x)
    v = L.SimpleRNN(4, return_sequences=True, recurrent_dropout=0.2)(x)
    return M.Model(x, [L.Concatenate()([y, z, u, v]), L.GRU(2, go_backwards=True)(u)])


@model
def reset_after():
    """GRU with reset_after (Keras 2.1.3)."""
    x = L.Input((6, 3), name="x")
    y = L.GRU(4, reset_after=True, return_sequences=True, recurrent_activation="sigmoid")(x)
    return M.Model(x, L.GRU(3, reset_after=True, implementation=2)(y))


@model
def states_in_and_out():
    """An encoder whose states begin a decoder: initial_state as further inputs."""
    x = L.Input((5, 3), name="x")
    t = L.Input((4, 2), name="t")
    _, h, c = L.LSTM(4, return_state=True, name="encoder")(x)
    y = L.LSTM(4, return_sequences=True, name="decoder")(t, initial_state=[h, c])
    g = L.GRU(4)(t, initial_state=h)
    s = L.SimpleRNN(4, return_state=True)(t, initial_state=c)
    return M.Model([x, t], [y, g, *s])


@model
def bidirectional_states():
    """Initial states of a Bidirectional."""
    x = L.Input((5, 3), name="x")
    states = [L.Input((4,), name="s%d" % i) for i in range(4)]
    y = L.Bidirectional(L.LSTM(4, return_sequences=True))(x, initial_state=states)
    return M.Model([x, *states], y)


@model
def bidirectional_modes():
    """Ways of merging."""
    x = L.Input((5, 3), name="x")
    y = [
        L.Bidirectional(L.GRU(2, return_sequences=True), merge_mode=mode)(x)
        for mode in ("sum", "mul", "ave", "concat")
    ]
    a, b = L.Bidirectional(L.LSTM(2), merge_mode=None)(x)
    return M.Model(x, [*y, a, b])


@model
def bidirectional_return_state():
    """A Bidirectional that returns its states."""
    x = L.Input((5, 3), name="x")
    return M.Model(x, L.Bidirectional(L.LSTM(2, return_sequences=True, return_state=True))(x))


@model
def cells():
    """RNN of cells (Keras 2.1)."""
    x = L.Input((5, 3), name="x")
    y = L.RNN([L.LSTMCell(4), L.GRUCell(3), L.SimpleRNNCell(2)], return_sequences=True)(x)
    z = L.RNN(L.GRUCell(3, recurrent_activation="sigmoid"))(y)
    return M.Model(x, [y, z])


@model
def stacked_states():
    """Cells that are stacked and return their states."""
    x = L.Input((5, 3), name="x")
    return M.Model(x, L.RNN([L.LSTMCell(4), L.GRUCell(3)], return_state=True)(x))


@model
def stateful():
    """States are kept from batch to batch."""
    x = L.Input(batch_shape=(2, 5, 3), name="x")
    return M.Model(x, L.GRU(3, stateful=True)(L.LSTM(4, stateful=True, return_sequences=True)(x)))


@model
def conv_lstm():
    """ConvLSTM2D."""
    x = L.Input((3, 5, 6, 2), name="x")
    y = L.ConvLSTM2D(3, 3, padding="same", return_sequences=True, recurrent_activation="sigmoid")(x)
    y = L.BatchNormalization()(y)
    return M.Model(x, L.ConvLSTM2D(2, (2, 3), strides=2, go_backwards=True)(y))


@model
def conv_lstm_default():
    """ConvLSTM2D as it is by default, and with channels first."""
    x = L.Input((3, 5, 6, 2), name="x")
    return M.Model(x, L.ConvLSTM2D(2, 2)(x))


@model
def conv_lstm_states():
    """ConvLSTM2D that returns its states."""
    x = L.Input((3, 5, 6, 2), name="x")
    return M.Model(x, L.ConvLSTM2D(2, 2, return_state=True, padding="same")(x))


@model
def masked_recurrent():
    """Masked steps are looked at: the last output is repeated there."""
    x = L.Input((6,), name="tokens")
    y = L.Embedding(7, 4, mask_zero=True)(x)
    a = L.LSTM(3, return_sequences=True)(y)
    b = L.GRU(3, return_sequences=True, go_backwards=True)(y)
    c = L.SimpleRNN(3, return_sequences=True)(y)
    return M.Model(x, [a, b, c, L.LSTM(2)(a)])


@model
def masked_bidirectional():
    """A Bidirectional behind a mask."""
    x = L.Input((6,), name="tokens")
    y = L.Embedding(7, 4, mask_zero=True)(x)
    y = L.Bidirectional(L.LSTM(3, return_sequences=True))(y)
    return M.Model(x, [y, L.Bidirectional(L.GRU(2))(y)])


@model
def masked_bidirectional_hidden():
    """A Bidirectional behind a mask, whose masked steps nobody sees."""
    x = L.Input((6,), name="tokens")
    y = L.Embedding(7, 4, mask_zero=True)(x)
    y = L.Bidirectional(L.LSTM(3, return_sequences=True))(y)
    return M.Model(x, L.Dense(2)(L.LSTM(3)(y)))


@model
def masked_time_distributed():
    """TimeDistributed behind a mask."""
    x = L.Input((6,), name="tokens")
    y = L.Embedding(7, 4, mask_zero=True)(x)
    y = L.TimeDistributed(L.Dense(3, activation="relu"))(y)
    return M.Model(x, [y, L.GRU(2)(y)])


@model
def masked_merges():
    """Merges of what is masked otherwise."""
    x, t = L.Input((6,), name="tokens"), L.Input((6,), name="tokens_2")
    y, z = L.Embedding(7, 4, mask_zero=True)(x), L.Embedding(7, 4, mask_zero=True)(t)
    w = L.Embedding(7, 4)(x)
    return M.Model(
        [x, t],
        [
            L.LSTM(3)(L.Add()([y, z])),
            L.LSTM(3)(L.Concatenate()([y, z])),
            L.LSTM(3)(L.Concatenate()([y, w])),
            L.LSTM(3)(L.Multiply()([y, w])),
            L.LSTM(3)(L.Concatenate(axis=1)([y, z])),
        ],
    )


@model
def masked_pooling():
    """GlobalAveragePooling1D behind a mask: heeded since Keras 2.2.3."""
    x = L.Input((6,), name="tokens")
    y = L.Embedding(7, 4, mask_zero=True)(x)
    return M.Model(x, L.GlobalAveragePooling1D()(y))


@model
def masked_dense_flat():
    """Layers that masks pass through."""
    x = L.Input((6, 3), name="x_masked")
    y = L.Masking(0.0)(x)
    y = L.Dense(3)(L.Activation("tanh")(L.Dropout(0.2)(y)))
    y = L.BatchNormalization()(L.LeakyReLU()(y))
    return M.Model(x, [y, L.LSTM(2, return_sequences=True)(y)])


@model
def masked_conv_lstm():
    """ConvLSTM2D behind a mask."""
    x = L.Input((4, 5, 5, 1), name="x")
    y = L.TimeDistributed(L.Conv2D(2, 2))(x)
    return M.Model(x, L.ConvLSTM2D(2, 2)(y))


@model
def merges():
    """Merges."""
    x, y = L.Input((4, 3), name="x"), L.Input((4, 3), name="y")
    found = [L.Add()([x, y]), L.Multiply()([x, y]), L.Average()([x, y]), L.Maximum()([x, y])]
    found += [L.Concatenate(axis=1)([x, y]), L.Subtract()([x, y])]
    found += [L.Dot(axes=2)([x, y]), L.Dot(axes=(1, 1), normalize=True)([x, y])]
    return M.Model([x, y], found)


@model
def merges_minimum():
    """Minimum (Keras 2.1)."""
    x, y = L.Input((4, 3), name="x"), L.Input((4, 3), name="y")
    return M.Model([x, y], L.Minimum()([x, y]))


@model
def merges_broadcast():
    """Merges of other ranks."""
    x, y = L.Input((4, 3), name="x"), L.Input((3,), name="y")
    return M.Model([x, y], [L.Add()([x, y]), L.Dot(axes=(2, 1))([x, y])])


@model
def core():
    """Reshape, Permute, RepeatVector, noise."""
    x = L.Input((4, 3), name="x")
    y = L.Permute((2, 1))(x)
    z = L.Reshape((2, -1))(y)
    z = L.GaussianNoise(0.3)(L.GaussianDropout(0.2)(L.AlphaDropout(0.1)(z)))
    r = L.RepeatVector(3)(L.Flatten()(z))
    return M.Model(x, [y, L.SpatialDropout1D(0.3)(r)])


@model
def embedded():
    """Embedding with a fixed length, of several axes."""
    return stack(
        L.Embedding(7, 4, input_length=6, embeddings_regularizer="l1", name="tokens"),
        L.Flatten(),
        L.Dense(2),
    )


@model
def time_distributed():
    """TimeDistributed around layers and a model."""
    x = L.Input((3, 8, 8, 2), name="x")
    inner = stack(L.Conv2D(2, 3, input_shape=(8, 8, 2)), L.Flatten(), L.Dense(3))
    y = L.TimeDistributed(inner)(x)
    return M.Model(x, [L.TimeDistributed(L.BatchNormalization())(y), L.LSTM(2)(y)])


@model
def nested():
    """A model in a model, called twice, and a Sequential in it."""
    a = L.Input((3,), name="a")
    block = M.Model(a, [L.Dense(3, name="d")(a), L.BatchNormalization(name="n")(a)], name="block")
    tail = stack(L.Dense(4, input_shape=(3,)), L.BatchNormalization(), L.Dense(2))
    x, y = L.Input((3,), name="x"), L.Input((3,), name="y")
    p, q = block(x), block(y)
    return M.Model([x, y], [tail(L.Add()([p[0], q[1]])), L.Add()([p[1], q[0]])])


@model
def nested_frozen():
    """A frozen model in a Sequential: weights that are not trained come last in files."""
    base = stack(
        L.Conv2D(3, 2, input_shape=(6, 6, 2)),
        L.BatchNormalization(),
        L.Conv2D(2, 2),
        L.BatchNormalization(),
    )
    base.trainable = False
    return stack(base, L.Flatten(), L.Dense(3, activation="softmax"))


@model
def shared():
    """A layer that is called twice."""
    x, y = L.Input((3,), name="x"), L.Input((3,), name="y")
    layer = L.Dense(3, activation="tanh")
    return M.Model([x, y], L.Add()([layer(x), layer(y), layer(layer(x))]))


@model
def lambdas():
    """Functions."""
    x = L.Input((4, 3), name="x")
    y = L.Lambda(lambda t: t * 2 + 1)(x)
    z = L.Lambda(lambda t: K.mean(K.square(t), axis=-1, keepdims=True), output_shape=(4, 1))(y)
    return M.Model(x, [z, L.Lambda(lambda t, k: t / k, arguments={"k": 3.0})(y)])


@model
def int_inputs():
    """An input of integers, and a sparse choice."""
    x = L.Input((4,), dtype="int32", name="tokens")
    return M.Model(x, L.Embedding(7, 3)(x))


@model
def float64_input():
    """Double precision at the door."""
    x = L.Input((4,), dtype="float64", name="x")
    return M.Model(x, L.Activation("tanh")(x))


@model
def normalizations():
    """BatchNormalization over several shapes."""
    x, y, z = L.Input((4,), name="x"), L.Input((5, 4), name="y"), L.Input((3, 3, 4), name="z")
    return M.Model(
        [x, y, z],
        [
            L.BatchNormalization(momentum=0.9)(x),
            L.BatchNormalization(center=False)(y),
            L.BatchNormalization(axis=2)(z),
        ],
    )


@model
def normalization_training():
    """A BatchNormalization that always trains."""
    x = L.Input((3, 3, 4), name="x")
    return M.Model(x, L.BatchNormalization()(x, training=True))


@model
def compiled():
    """A trained classifier, with the state of its optimizer."""
    built = stack(L.Dense(4, activation="relu", input_shape=(3,)), L.Dense(2, activation="softmax"))
    built.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return built


@model
def compiled_sgd():
    """Two outputs, losses by name, SGD."""
    x = L.Input((3,), name="x")
    built = M.Model(x, [L.Dense(2, name="p")(x), L.Dense(1, name="q")(x)])
    built.compile(
        "sgd", {"p": "mse", "q": "mean_absolute_error"}, loss_weights={"p": 1.0, "q": 0.5}
    )
    return built


@model
def deferred():
    """A Sequential that knows its input by what it was fed (Keras 2.2.1)."""
    built = stack(L.Dense(4, activation="relu"), L.Dense(2))
    built.build((None, 3))
    return built


@model
def sequential_of_model():
    """A Sequential that begins with a model."""
    a = L.Input((4, 3), name="a")
    return stack(M.Model(a, L.Conv1D(4, 2)(a)), L.GlobalMaxPooling1D(), L.Dense(2))


@model
def highway_and_maxout():
    """Layers of Keras 1 that Keras 2.0 to 2.2 still has."""
    return stack(
        L.Highway(activation="tanh", input_shape=(3,)), L.MaxoutDense(4, nb_feature=3), L.Dense(2)
    )


@model
def merges_of_keras_1():
    """The layer of Keras 1 that Keras 2.0 and 2.1 still have, by plain arithmetic."""
    x, y, z = L.Input((4, 3)), L.Input((4, 3)), L.Input((4, 3))
    modes = ["sum", "mul", "ave", "max", "concat"]
    outputs = [L.Merge(mode=mode)([x, y, z]) for mode in modes]
    outputs.append(L.Merge(mode="concat", concat_axis=1)([x, y]))
    return M.Model([x, y, z], outputs)
