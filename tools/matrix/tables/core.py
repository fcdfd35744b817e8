"""Dense, activations, and objects as arguments."""

from matrix.case import Case, Input, Tensor, call, each, layer

L = layer
VECTOR = (Input((4,)),)
STEPS = (Input((6, 4)),)
IMAGE = (Input((4, 5, 3)),)
VOLUME = (Input((3, 4, 5, 2)),)
PADDED = (Input((6, 4), draw="padded"),)


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
)
