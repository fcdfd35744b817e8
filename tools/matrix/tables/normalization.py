"""Normalization of batches, layers, groups, units, weights."""

from matrix.case import Case, Input, call, each, layer

L = layer
VECTOR = (Input((4,)),)
IMAGE = (Input((4, 5, 6)),)

CASES = (
    Case(
        "batch_normalization",
        "BatchNormalization of vectors.",
        VECTOR,
        ((L("Dense", units=4), L("BatchNormalization"), L("Activation", activation="relu")),),
        recipe="adam",
    ),
    Case(
        "batch_normalization_arguments",
        "BatchNormalization: epsilon, no scale, no centre.",
        IMAGE,
        each(
            L("BatchNormalization", epsilon=0.01, momentum=0.9),
            L("BatchNormalization", scale=False),
            L("BatchNormalization", center=False),
        ),
    ),
    Case(
        "batch_normalization_axis",
        "BatchNormalization over the first axis.",
        IMAGE,
        each(L("BatchNormalization", axis=1)),
    ),
    Case(
        "batch_normalization_training",
        "BatchNormalization called with training=True.",
        VECTOR,
        ((call(L("BatchNormalization"), training=True),),),
        recipe="none",
    ),
    Case(
        "batch_normalization_inference",
        "BatchNormalization called with training=False.",
        VECTOR,
        ((call(L("BatchNormalization"), training=False), L("Dense", units=2)),),
    ),
    Case(
        "batch_normalization_frozen",
        "BatchNormalization that is not trained.",
        VECTOR,
        ((L("Dense", units=3), L("BatchNormalization", trainable=False), L("Dense", units=2)),),
        recipe="sgd",
    ),
    Case(
        "batch_normalization_masked",
        "BatchNormalization behind Masking.",
        (Input((6, 4), draw="padded"),),
        ((L("Masking"), L("BatchNormalization"), L("LSTM", units=2)),),
        recipe="none",
    ),
    Case(
        "batch_normalization_renorm",
        "BatchNormalization with renorm.",
        VECTOR,
        each(L("BatchNormalization", renorm=True)),
    ),
    Case(
        "batch_normalization_synchronized",
        "BatchNormalization over replicas.",
        VECTOR,
        each(L("BatchNormalization", synchronized=True)),
    ),
    Case(
        "sync_batch_normalization",
        "SyncBatchNormalization.",
        VECTOR,
        each(L("SyncBatchNormalization")),
    ),
    Case(
        "layer_normalization",
        "LayerNormalization, one axis and several.",
        IMAGE,
        each(
            L("LayerNormalization"),
            L("LayerNormalization", axis=[2, 3], epsilon=0.01),
            L("LayerNormalization", center=False, scale=False),
        ),
    ),
    Case(
        "group_normalization",
        "GroupNormalization.",
        IMAGE,
        each(
            L("GroupNormalization", groups=3),
            L("GroupNormalization", groups=-1, axis=-1, epsilon=0.01),
        ),
    ),
    Case(
        "unit_normalization",
        "UnitNormalization over one axis.",
        IMAGE,
        each(L("UnitNormalization")),
    ),
    Case(
        "unit_normalization_axes",
        "UnitNormalization over several axes.",
        IMAGE,
        each(L("UnitNormalization", axis=[1, 2])),
    ),
    Case(
        "spectral_normalization",
        "SpectralNormalization of a Dense.",
        VECTOR,
        each(L("SpectralNormalization", layer=L("Dense", units=3))),
        recipe="none",
    ),
    Case("rms_normalization", "RMSNormalization.", IMAGE, each(L("RMSNormalization"))),
    Case(
        "rms_scaling",
        "LayerNormalization with rms_scaling.",
        IMAGE,
        each(L("LayerNormalization", rms_scaling=True)),
    ),
    Case(
        "dropout_training",
        "Dropout called with training=False.",
        VECTOR,
        ((call(L("Dropout", rate=0.4), training=False), L("Dense", units=2)),),
    ),
)
