"""Shapes, masks, noise, Embedding, Lambda, Sequential models, and bases of layers."""

from matrix.case import Case, Input, each, layer

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


CASES = (
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
