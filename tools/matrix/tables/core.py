"""Dense, activations, shapes, masks, noise, Lambda, objects."""

from matrix.case import Case, Input, Tensor, call, each, layer

L = layer
VECTOR = (Input((4,)),)
STEPS = (Input((6, 4)),)
IMAGE = (Input((4, 5, 3)),)
VOLUME = (Input((3, 4, 5, 2)),)
PADDED = (Input((6, 4), draw="padded"),)


def _lambda(api, x):
    scaled = api.layers.Lambda(lambda t: t * 2.0 + 1.0)(x)
    return [scaled, api.layers.Lambda(lambda t: t[:, 1:])(api.layers.Dense(3)(x))]


def _lambda_arguments(api, x):
    return api.layers.Lambda(lambda t, k: t * k, arguments={"k": 3.0}, output_shape=(4,))(x)


def _policy(api, x):
    mixed = api.layers.Dense(3, dtype="mixed_float16")(x)
    return api.layers.Dense(2, dtype="float32")(mixed)


OBJECTS = dict(
    kernel_initializer={"class_name": "VarianceScaling", "config": {"scale": 2.0, "seed": 1}},
    bias_initializer={"class_name": "Constant", "config": {"value": 0.3}},
    kernel_regularizer={"class_name": "L1L2", "config": {"l1": 0.01, "l2": 0.02}},
    activity_regularizer="l2",
    kernel_constraint={"class_name": "MaxNorm", "config": {"max_value": 3, "axis": 0}},
    bias_constraint="non_neg",
)
OLD = ("elu", "selu", "softplus", "softsign", "relu", "tanh", "sigmoid", "linear", "softmax")
NEW = ("silu", "leaky_relu", "relu6", "log_softmax")
NEWEST = ("mish", "celu", "glu", "hard_tanh", "log_sigmoid", "soft_shrink", "squareplus")

CASES = (
    Case(
        "dense",
        "Dense, plain and stacked.",
        VECTOR,
        ((L("Dense", units=5, activation="relu"), L("Dense", units=2)),),
        recipe="sgd",
    ),
    Case(
        "dense_arguments",
        "Objects of all kinds as arguments of Dense.",
        VECTOR,
        each(L("Dense", units=3, use_bias=False), L("Dense", units=3, **OBJECTS)),
    ),
    Case(
        "dense_steps",
        "Dense on more than two dimensions.",
        STEPS,
        each(L("Dense", units=3, activation="tanh")),
    ),
    Case(
        "dense_hard_sigmoid",
        "hard_sigmoid is another function in Keras 3.",
        VECTOR,
        each(
            L("Dense", units=6, activation="hard_sigmoid"),
            L("Activation", activation="hard_sigmoid"),
        ),
    ),
    Case(
        "dense_float64",
        "A layer of another dtype.",
        (Input((4,), "float64"),),
        each(L("Dense", units=3, dtype="float64")),
    ),
    Case("dense_mixed", "A policy of mixed precision.", VECTOR, _policy, needs=("Identity",)),
    Case(
        "initializers",
        "Initializers by name.",
        VECTOR,
        each(
            *(
                L("Dense", units=2, kernel_initializer=name)
                for name in ("he_normal", "lecun_uniform", "random_normal", "orthogonal")
            )
        ),
    ),
    Case(
        "constraints",
        "Constraints and regularizers by name.",
        VECTOR,
        each(
            L("Dense", units=2, kernel_constraint="unit_norm", kernel_regularizer="l1"),
            L("Dense", units=2, kernel_constraint="min_max_norm", bias_regularizer="l2"),
        ),
    ),
    Case(
        "regularizer_l1_l2",
        "l1_l2 by name.",
        VECTOR,
        each(L("Dense", units=2, kernel_regularizer="l1_l2")),
    ),
    Case(
        "activations",
        "Activations that every release has.",
        VECTOR,
        each(*(L("Activation", activation=name) for name in OLD)),
    ),
    Case(
        "activation_exponential",
        "exponential.",
        VECTOR,
        each(L("Activation", activation="exponential")),
    ),
    Case(
        "activation_swish",
        "swish, as a name.",
        VECTOR,
        each(L("Activation", activation="swish"), L("Dense", units=3, activation="swish")),
    ),
    Case(
        "activation_gelu", "gelu, as a name.", VECTOR, each(L("Dense", units=3, activation="gelu"))
    ),
    Case(
        "activation_mish", "mish, as a name.", VECTOR, each(L("Dense", units=3, activation="mish"))
    ),
    Case(
        "activations_later",
        "Activations of Keras 3.",
        VECTOR,
        each(*(L("Activation", activation=name) for name in NEW)),
        needs=("Identity",),
    ),
    Case(
        "activations_newest",
        "Activations of later Keras 3.",
        VECTOR,
        each(*(L("Dense", units=4, activation=name) for name in NEWEST)),
        needs=("RMSNormalization",),
    ),
    Case(
        "leaky_relu",
        "LeakyReLU with the default slope and another.",
        VECTOR,
        each(L("LeakyReLU"), L("LeakyReLU", alpha=0.1)),
    ),
    Case("elu", "ELU as a layer.", VECTOR, each(L("ELU"), L("ELU", alpha=0.5))),
    Case(
        "prelu",
        "PReLU, one slope for each channel.",
        IMAGE,
        each(L("PReLU"), L("PReLU", shared_axes=[1, 2])),
    ),
    Case("thresholded_relu", "ThresholdedReLU.", VECTOR, each(L("ThresholdedReLU", theta=0.4))),
    Case(
        "softmax",
        "Softmax over the last axis and another.",
        STEPS,
        each(L("Softmax"), L("Softmax", axis=1)),
    ),
    Case("softmax_axes", "Softmax over several axes.", STEPS, each(L("Softmax", axis=[1, 2]))),
    Case(
        "softmax_masked",
        "Softmax behind Masking: who reads the mask differs.",
        PADDED,
        ((L("Masking"), L("Softmax", axis=1)),),
    ),
    Case(
        "softmax_mask_argument",
        "A mask as an argument of the call of Softmax.",
        (Input((6,)), Input((6,), "bool", 2)),
        ((call(L("Softmax"), mask=Tensor(1)),),),
    ),
    Case(
        "relu",
        "ReLU with a maximum, a slope and a threshold.",
        VECTOR,
        each(L("ReLU"), L("ReLU", max_value=1.0), L("ReLU", negative_slope=0.2, threshold=0.5)),
    ),
    Case(
        "noise",
        "Layers that do nothing in inference.",
        STEPS,
        each(
            L("Dropout", rate=0.3),
            L("GaussianNoise", stddev=0.5),
            L("GaussianDropout", rate=0.2),
            L("AlphaDropout", rate=0.2),
            L("SpatialDropout1D", rate=0.4),
            L("ActivityRegularization", l1=0.1, l2=0.2),
        ),
    ),
    Case(
        "dropout_noise_shape",
        "Dropout with a noise shape and a seed.",
        STEPS,
        ((L("Dense", units=3), L("Dropout", rate=0.3, noise_shape=[4, 1, 3], seed=7)),),
    ),
    Case(
        "spatial_dropout",
        "SpatialDropout of images and volumes.",
        IMAGE,
        ((L("Conv2D", filters=2, kernel_size=2), L("SpatialDropout2D", rate=0.3)),),
    ),
    Case("spatial_dropout_3d", "SpatialDropout3D.", VOLUME, each(L("SpatialDropout3D", rate=0.3))),
    Case(
        "spatial_dropout_first",
        "SpatialDropout2D, channels first.",
        IMAGE,
        each(L("SpatialDropout2D", rate=0.3, data_format="channels_first")),
    ),
    Case(
        "flatten",
        "Flatten, Reshape, Permute.",
        IMAGE,
        each(L("Flatten"), L("Reshape", target_shape=(3, -1)), L("Permute", dims=(3, 1, 2))),
    ),
    Case(
        "flatten_first",
        "Flatten, channels first.",
        IMAGE,
        each(L("Flatten", data_format="channels_first")),
    ),
    Case("repeat_vector", "RepeatVector.", VECTOR, each(L("RepeatVector", n=3))),
    Case(
        "sequential",
        "A Sequential whose first layer has the shape.",
        VECTOR,
        (
            (
                L("Dense", units=5, activation="relu"),
                L("Dropout", rate=0.2),
                L("Dense", units=3, activation="softmax"),
            ),
        ),
        "sequential",
        recipe="categorical",
    ),
    Case(
        "sequential_input",
        "A Sequential that starts with InputLayer.",
        VECTOR,
        ((L("Dense", units=5, activation="elu"), L("Dense", units=1, activation="sigmoid")),),
        "sequential_input",
        needs=("InputLayer",),
        recipe="binary",
    ),
    Case(
        "sequential_open",
        "A Sequential without a shape.",
        VECTOR,
        ((L("Dense", units=5, activation="elu"), L("Dense", units=3)),),
        "sequential_open",
        recipe="adam",
    ),
    Case(
        "sequential_batch",
        "A Sequential with a fixed batch.",
        (Input((4,), batch=4),),
        ((L("Dense", units=5), L("Dense", units=3)),),
        "sequential",
        recipe="none",
    ),
    Case(
        "sequential_reshape",
        "A Sequential that starts with Reshape.",
        (Input((12,)),),
        ((L("Reshape", target_shape=(3, 4)), L("Conv1D", filters=2, kernel_size=2), L("Flatten")),),
        "sequential",
    ),
    Case(
        "sequential_embedding",
        "A Sequential that starts with Embedding.",
        (Input((5,), "", 10),),
        (
            (
                L("Embedding", input_dim=10, output_dim=3),
                L("GlobalAveragePooling1D"),
                L("Dense", units=2),
            ),
        ),
        "sequential",
        recipe="sparse",
    ),
    Case(
        "embedding",
        "Embedding of integers.",
        (Input((5,), "int32", 10),),
        each(L("Embedding", input_dim=10, output_dim=3)),
    ),
    Case(
        "embedding_masked",
        "Embedding that masks, read by a recurrent layer.",
        (Input((6,), "int32", 3),),
        ((L("Embedding", input_dim=10, output_dim=3, mask_zero=True), L("GRU", units=3)),),
    ),
    Case(
        "embedding_length",
        "Embedding with an input length.",
        (Input((5,), "int32", 10),),
        ((L("Embedding", input_dim=10, output_dim=3, input_length=5), L("Flatten")),),
    ),
    Case(
        "masking_value",
        "Masking with another value than 0.",
        PADDED,
        each(L("Masking", mask_value=0.0), L("Masking", mask_value=-1.0)),
    ),
    Case(
        "masked_pooling",
        "GlobalAveragePooling1D reads masks from 1.15 on.",
        PADDED,
        ((L("Masking"), L("GlobalAveragePooling1D")),),
    ),
    Case(
        "masked_dense",
        "A mask that passes through Dense and Dropout.",
        PADDED,
        ((L("Masking"), L("Dense", units=3), L("Dropout", rate=0.1), L("SimpleRNN", units=2)),),
    ),
    Case("lambda_plain", "Lambdas of simple functions.", VECTOR, _lambda, needs=("Lambda",)),
    Case(
        "lambda_arguments", "A Lambda with arguments.", VECTOR, _lambda_arguments, needs=("Lambda",)
    ),
    Case("identity", "Identity.", VECTOR, ((L("Dense", units=3), L("Identity")),)),
    Case(
        "base_layer",
        "Layer itself, which does nothing in Keras 2.",
        VECTOR,
        ((L("Dense", units=3), L("Layer")),),
    ),
    Case("base_wrapper", "Wrapper itself.", VECTOR, each(L("Wrapper", layer=L("Dense", units=3)))),
    Case("base_cell", "AbstractRNNCell itself.", STEPS, each(L("RNN", cell=L("AbstractRNNCell")))),
    Case("base_preprocessing", "PreprocessingLayer itself.", VECTOR, each(L("PreprocessingLayer"))),
    Case(
        "einsum_dense",
        "EinsumDense.",
        STEPS,
        each(
            L("EinsumDense", equation="abc,cd->abd", output_shape=(None, 3), bias_axes="d"),
            L("EinsumDense", equation="abc,cd->adb", output_shape=(3, 6)),
        ),
    ),
    Case(
        "fourier_features",
        "RandomFourierFeatures.",
        VECTOR,
        each(L("RandomFourierFeatures", output_dim=3, scale=2.0)),
    ),
    Case(
        "reversible_embedding",
        "ReversibleEmbedding.",
        (Input((5,), "int32", 10),),
        each(L("ReversibleEmbedding", input_dim=10, output_dim=3)),
    ),
    Case("highway", "Highway of Keras 1.", VECTOR, each(L("Highway", activation="tanh"))),
    Case(
        "maxout",
        "MaxoutDense of Keras 1.",
        VECTOR,
        each(L("MaxoutDense", output_dim=3, nb_feature=2)),
    ),
)
