"""What the packages at hand make: functions that list models by name, a function a package."""

import importlib
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import tensorflow as tf

keras = importlib.import_module(os.environ.get("ADDONS_KERAS", "tensorflow.keras"))
layers = keras.layers


def package(name):
    """A module that may be missing."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


tfa = package("tensorflow_addons")
attention = package("keras_self_attention")
multi_head = package("keras_multi_head")
layer_normalization = package("keras_layer_normalization")
contrib = package("tf_keras_contrib") or package("keras_contrib")

efficientnet = package("efficientnet.model")
applications = package("keras.src.applications")
convnext = package("keras.src.applications.convnext")

ALL = {
    "tensorflow-addons": tfa,
    "keras-self-attention": attention,
    "keras-multi-head": multi_head,
    "keras-layer-normalization": layer_normalization,
    "keras-contrib": contrib,
    "efficientnet": efficientnet,
}


def chain(shape, *made, **options):
    """A functional model of layers one behind another."""
    tensor = inputs = keras.layers.Input(shape, **options)
    for layer in made:
        tensor = layer(tensor)
    return keras.models.Model(inputs, tensor)


def branches(shape, *made):
    """A functional model with an output for each layer."""
    inputs = keras.layers.Input(shape)
    return keras.models.Model(inputs, [layer(inputs) for layer in made])


def activations(shape, *names):
    """Each function in a layer that applies it last, and in an Activation."""
    inputs = keras.layers.Input(shape)
    found = [getattr(tfa.activations, name) for name in names]
    outputs = [layers.Dense(4, activation=function)(inputs) for function in found]
    return keras.models.Model(inputs, [*outputs, *(layers.Activation(f)(inputs) for f in found)])


def masked():
    """Layers that pass a mask on, or are given one."""
    tensor = inputs = keras.layers.Input((6, 4))
    tensor = layers.Masking()(tensor)
    tensor = tfa.layers.InstanceNormalization()(tensor)
    tensor = tfa.layers.GELU()(tensor)
    return keras.models.Model(inputs, layers.LSTM(3)(tensor))


def addons_in_wrappers():
    """Inside a TimeDistributed and a nested model."""
    inner = chain((4, 4, 6), tfa.layers.GroupNormalization(groups=3), layers.Conv2D(2, 2))
    tensor = inputs = keras.layers.Input((3, 4, 4, 6))
    tensor = layers.TimeDistributed(inner)(tensor)
    tensor = layers.TimeDistributed(tfa.layers.Maxout(1))(tensor)
    return keras.models.Model(inputs, tensor)


def stochastic_depth():
    """A residual block."""
    inputs = keras.layers.Input((5,))
    made = tfa.layers.StochasticDepth(0.7)([inputs, layers.Dense(5)(inputs)])
    return keras.models.Model(inputs, made)


def compiled(optimizer, loss="mse"):
    """A model that was compiled with what the package has."""
    model = chain((4,), layers.Dense(3, activation="softmax"))
    model.compile(optimizer=optimizer, loss=loss)
    return model


def attention_of_three():
    """Queries, keys and values of their own."""
    inputs = [keras.layers.Input((size, 8)) for size in (3, 5, 5)]
    made = multi_head.MultiHeadAttention(2, activation="tanh", use_bias=False)(inputs)
    return keras.models.Model(inputs, made)


def behind_a_mask(layer):
    """A layer that is given a mask."""
    return chain((6, 4), layers.Masking(), layer)


def adaptive(size, *made):
    """Pooling to a number of bins."""
    return branches(size, *made)


def of_addons():
    """Cases of tensorflow-addons."""
    own = tfa.layers
    found = {
        "group_normalization": lambda: chain(
            (6, 5, 8),
            layers.Conv2D(8, 3),
            own.GroupNormalization(groups=4, epsilon=1e-5),
            own.GroupNormalization(groups=2, axis=3, scale=False),
            own.GroupNormalization(groups=8, center=False, gamma_regularizer="l2"),
        ),
        "group_normalization_axis_1": lambda: chain(
            (6, 4, 3), own.GroupNormalization(groups=3, axis=1)
        ),
        "instance_normalization": lambda: chain(
            (6, 5, 8),
            own.InstanceNormalization(),
            layers.Conv2D(4, 3),
            own.InstanceNormalization(axis=3, center=False, scale=False),
        ),
        "instance_normalization_sequential": lambda: keras.models.Sequential(
            [layers.Conv1D(4, 3, input_shape=(8, 3)), own.InstanceNormalization(epsilon=1e-6)]
        ),
        "weight_normalization": lambda: chain(
            (6, 6, 3),
            own.WeightNormalization(layers.Conv2D(4, 3, activation="relu"), data_init=False),
            layers.Flatten(),
            own.WeightNormalization(layers.Dense(5, use_bias=False), data_init=False),
            own.WeightNormalization(layers.Dense(2)),
        ),
        "weight_normalization_nested": lambda: chain(
            (4,), chain((4,), own.WeightNormalization(layers.Dense(3), data_init=False))
        ),
        "weight_normalization_rnn": lambda: chain(
            (5, 3), own.WeightNormalization(layers.LSTM(4), data_init=False)
        ),
        "spectral_normalization": lambda: chain(
            (6, 6, 3),
            own.SpectralNormalization(layers.Conv2D(4, 3)),
            layers.Flatten(),
            own.SpectralNormalization(layers.Dense(5), power_iterations=2),
        ),
        "filter_response_normalization": lambda: chain(
            (6, 5, 4), own.FilterResponseNormalization(), own.TLU()
        ),
        "gelu_layer": lambda: branches((5,), own.GELU(), own.GELU(approximate=False)),
        "maxout": lambda: chain((4, 6), own.Maxout(3), own.Maxout(2, axis=1)),
        "tlu": lambda: chain((4, 3), own.TLU(affine=True), own.TLU()),
        "snake": lambda: chain((5,), layers.Dense(4), own.Snake()),
        "sparsemax": lambda: branches((4, 5), own.Sparsemax(), own.Sparsemax(axis=1)),
        "adaptive_pooling": lambda: branches(
            (6, 4, 3),
            own.AdaptiveAveragePooling2D((3, 2)),
            own.AdaptiveMaxPooling2D(2),
            own.AdaptiveAveragePooling2D((2, 3), data_format="channels_first"),
        ),
        "adaptive_pooling_1d": lambda: branches(
            (6, 4), own.AdaptiveAveragePooling1D(3), own.AdaptiveMaxPooling1D(2)
        ),
        "spatial_pyramid_pooling": lambda: branches(
            (7, 5, 3), own.SpatialPyramidPooling2D([1, 2, [3, 2]])
        ),
        "activations": lambda: activations((5,), "hardshrink", "softshrink", "tanhshrink", "lisht"),
        "more_activations": lambda: activations((5,), "snake", "sparsemax"),
        "random_activation": lambda: activations((5,), "rrelu"),
        "masks": masked,
        "wrappers": addons_in_wrappers,
        "optimizer": lambda: compiled(tfa.optimizers.AdamW(weight_decay=1e-4)),
        "rectified_adam": lambda: compiled(tfa.optimizers.RectifiedAdam(1e-3)),
        "loss": lambda: compiled("sgd", tfa.losses.SigmoidFocalCrossEntropy()),
        "multi_head_attention": lambda: chain_of_two(),
    }
    if not hasattr(keras.activations, "gelu"):
        # Newer releases save both under the names of their own, and their gelu is another one.
        found["own_names"] = lambda: activations((5,), "gelu", "mish")
    if hasattr(own, "StochasticDepth"):
        found["stochastic_depth"] = stochastic_depth
    return found


def chain_of_two():
    """The package's own MultiHeadAttention, which takes a list."""
    queries, keys = keras.layers.Input((3, 4)), keras.layers.Input((5, 4))
    made = tfa.layers.MultiHeadAttention(head_size=4, num_heads=2)([queries, keys])
    return keras.models.Model([queries, keys], made)


def of_attention():
    """Cases of keras-self-attention."""
    own = attention
    return {
        "seq_self_attention": lambda: chain(
            (5, 4),
            own.SeqSelfAttention(units=6),
            own.SeqSelfAttention(
                attention_type=own.SeqSelfAttention.ATTENTION_TYPE_MUL,
                attention_activation="sigmoid",
                use_attention_bias=True,
            ),
            own.SeqSelfAttention(units=3, use_additive_bias=False, use_attention_bias=False),
        ),
        "seq_self_attention_scores": lambda: chain(
            (None, 4), own.SeqSelfAttention(units=6, return_attention=True)
        ),
        "seq_self_attention_width": lambda: chain(
            (5, 4), own.SeqSelfAttention(units=6, attention_width=3)
        ),
        "seq_self_attention_history": lambda: chain(
            (5, 4), own.SeqSelfAttention(units=6, history_only=True)
        ),
        "seq_self_attention_regularized": lambda: chain(
            (5, 4), own.SeqSelfAttention(units=6, attention_regularizer_weight=1e-3)
        ),
        "seq_self_attention_masked": lambda: behind_a_mask(own.SeqSelfAttention(units=6)),
        "seq_weighted_attention": lambda: branches(
            (5, 4), own.SeqWeightedAttention(), own.SeqWeightedAttention(use_bias=False)
        ),
        "seq_weighted_attention_scores": lambda: chain(
            (5, 4), own.SeqWeightedAttention(return_attention=True)
        ),
        "seq_weighted_attention_masked": lambda: behind_a_mask(own.SeqWeightedAttention()),
    }


def of_multi_head():
    """Cases of keras-multi-head."""
    return {
        "keras_multi_head": lambda: chain((5, 8), multi_head.MultiHeadAttention(4)),
        "keras_multi_head_of_three": attention_of_three,
        "keras_multi_head_history": lambda: chain(
            (5, 8), multi_head.MultiHeadAttention(4, history_only=True)
        ),
        "keras_multi_head_masked": lambda: chain(
            (5, 8), layers.Masking(), multi_head.MultiHeadAttention(4)
        ),
    }


def of_layer_normalization():
    """Cases of keras-layer-normalization."""
    own = layer_normalization.LayerNormalization
    return {
        "keras_layer_normalization": lambda: chain(
            (5, 4), own(), layers.Dense(6), own(center=False, epsilon=1e-3), own(scale=False)
        ),
    }


def of_contrib():
    """Cases of keras-contrib."""
    own = contrib.InstanceNormalization
    return {
        "contrib_instance_normalization": lambda: chain(
            (6, 5, 4),
            own(),
            layers.Conv2D(4, 3),
            own(axis=-1),
            own(axis=3, scale=False),
            own(axis=1, center=False),
        ),
        "contrib_instance_normalization_masked": lambda: chain(
            (6, 4), layers.Masking(), own(axis=-1), layers.LSTM(3)
        ),
    }


def of_efficientnet():
    """Cases of efficientnet: what its models have of their own."""
    modules = {name: getattr(keras, name) for name in ("backend", "layers", "models", "utils")}
    dropout = efficientnet.get_dropout(**modules)
    # Releases without a swish of their own take it for a function of the user's.
    swish = efficientnet.get_swish(**modules) if hasattr(keras.activations, "swish") else "relu"
    return {
        "efficientnet": lambda: chain(
            (4, 4, 3),
            layers.Conv2D(4, 2),
            layers.Activation(swish),
            dropout(0.2, noise_shape=(None, 1, 1, 1)),
            dropout(0.5),
        ),
    }


def of_applications():
    """What models of keras.applications have of their own, in releases that have ConvNeXt."""
    scaled = applications.inception_resnet_v2.CustomScaleLayer

    def inception():
        inputs = keras.layers.Input((4, 4, 3))
        made = scaled(0.17)([inputs, layers.Conv2D(3, 1)(inputs)])
        return keras.models.Model(inputs, layers.Activation("relu")(made))

    return {
        "layer_scale": lambda: chain(
            (4, 4, 3),
            layers.Conv2D(5, 2),
            convnext.LayerScale(1e-6, 5),
            convnext.StochasticDepth(0.3),
        ),
        "scale_layer": inception,
        "initializers_of_tensorflow": lambda: chain(
            (4,),
            layers.Dense(
                3,
                kernel_initializer=tf.random_normal_initializer(stddev=0.1),
                bias_initializer=tf.constant_initializer(0.5),
            ),
            layers.Dense(
                2,
                kernel_initializer=tf.random_uniform_initializer(-1, 1),
                bias_initializer=tf.ones_initializer(),
            ),
            layers.Dense(2, bias_initializer=tf.zeros_initializer()),
        ),
    }


TABLES = (
    (tfa, of_addons),
    (attention, of_attention),
    (multi_head, of_multi_head),
    (layer_normalization, of_layer_normalization),
    (contrib, of_contrib),
    (efficientnet, of_efficientnet),
    (convnext, of_applications),
)
