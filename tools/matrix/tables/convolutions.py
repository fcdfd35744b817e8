"""Convolutions, plain, separable, transposed, local."""

from matrix.case import Case, Input, each, layer

L = layer
LINE = (Input((8, 4)),)
LINE_FIRST = (Input((4, 8)),)
IMAGE = (Input((6, 5, 3)),)
IMAGE_FIRST = (Input((3, 6, 5)),)
VOLUME = (Input((4, 5, 4, 2)),)

CASES = (
    Case(
        "conv_1d",
        "Conv1D: strides, padding, dilation.",
        LINE,
        each(
            L("Conv1D", filters=3, kernel_size=3),
            L("Conv1D", filters=2, kernel_size=2, strides=2, padding="same"),
            L("Conv1D", filters=2, kernel_size=3, dilation_rate=2, activation="relu"),
        ),
    ),
    Case(
        "conv_1d_causal",
        "Conv1D, causal.",
        LINE,
        each(L("Conv1D", filters=3, kernel_size=3, padding="causal")),
    ),
    Case(
        "conv_1d_first",
        "Conv1D, channels first.",
        LINE_FIRST,
        each(L("Conv1D", filters=3, kernel_size=3, data_format="channels_first")),
    ),
    Case(
        "conv_1d_first_wide",
        "Conv1D, channels first, as wide as it has filters.",
        LINE_FIRST,
        each(L("Conv1D", filters=6, kernel_size=3, data_format="channels_first")),
    ),
    Case(
        "conv_2d",
        "Conv2D: strides, padding, dilation.",
        IMAGE,
        each(
            L("Conv2D", filters=3, kernel_size=(3, 2)),
            L("Conv2D", filters=2, kernel_size=2, strides=(2, 1), padding="same", use_bias=False),
            L("Conv2D", filters=2, kernel_size=2, dilation_rate=(2, 1), activation="elu"),
        ),
    ),
    Case(
        "conv_2d_first",
        "Conv2D, channels first, as wide as it has filters.",
        IMAGE_FIRST,
        each(
            L("Conv2D", filters=4, kernel_size=2, data_format="channels_first"),
            L("Conv2D", filters=2, kernel_size=3, data_format="channels_first"),
        ),
    ),
    Case(
        "conv_2d_groups",
        "Conv2D in groups.",
        (Input((5, 5, 4)),),
        each(L("Conv2D", filters=6, kernel_size=2, groups=2)),
    ),
    Case(
        "conv_1d_groups",
        "Conv1D in groups.",
        LINE,
        each(L("Conv1D", filters=4, kernel_size=2, groups=2)),
    ),
    Case(
        "conv_3d",
        "Conv3D.",
        VOLUME,
        each(
            L("Conv3D", filters=2, kernel_size=2),
            L("Conv3D", filters=3, kernel_size=(1, 2, 3), padding="same", strides=2),
        ),
    ),
    Case(
        "conv_3d_first",
        "Conv3D, channels first, as wide as it has filters.",
        (Input((2, 4, 4, 4)),),
        each(L("Conv3D", filters=3, kernel_size=2, data_format="channels_first")),
    ),
    Case(
        "cnn",
        "A small network as people build it.",
        IMAGE,
        (
            (
                L("Conv2D", filters=4, kernel_size=3, activation="relu", padding="same"),
                L("MaxPooling2D"),
                L("BatchNormalization"),
                L("Flatten"),
                L("Dense", units=3, activation="softmax"),
            ),
        ),
        "sequential",
        recipe="categorical",
    ),
    Case(
        "separable_1d",
        "SeparableConv1D.",
        LINE,
        each(L("SeparableConv1D", filters=3, kernel_size=3, depth_multiplier=2)),
    ),
    Case(
        "separable_2d",
        "SeparableConv2D.",
        IMAGE,
        each(
            L("SeparableConv2D", filters=3, kernel_size=3, depth_multiplier=2, padding="same"),
            L("SeparableConv2D", filters=2, kernel_size=2, dilation_rate=2, activation="relu"),
        ),
    ),
    Case(
        "depthwise_1d",
        "DepthwiseConv1D.",
        LINE,
        each(L("DepthwiseConv1D", kernel_size=3, depth_multiplier=2)),
    ),
    Case(
        "depthwise_2d",
        "DepthwiseConv2D.",
        IMAGE,
        each(
            L("DepthwiseConv2D", kernel_size=3, depth_multiplier=2),
            L("DepthwiseConv2D", kernel_size=2, strides=2, padding="same", activation="relu"),
        ),
    ),
    Case(
        "depthwise_2d_dilated",
        "DepthwiseConv2D, dilated.",
        IMAGE,
        each(L("DepthwiseConv2D", kernel_size=2, dilation_rate=2)),
    ),
    Case(
        "transposed_1d",
        "Conv1DTranspose.",
        LINE,
        each(L("Conv1DTranspose", filters=3, kernel_size=3, strides=2, padding="same")),
    ),
    Case(
        "transposed_2d",
        "Conv2DTranspose.",
        IMAGE,
        each(
            L("Conv2DTranspose", filters=3, kernel_size=3, strides=2, padding="same"),
            L("Conv2DTranspose", filters=2, kernel_size=2, activation="relu"),
        ),
    ),
    Case(
        "transposed_2d_padding",
        "Conv2DTranspose with output_padding.",
        IMAGE,
        each(L("Conv2DTranspose", filters=2, kernel_size=3, strides=2, output_padding=1)),
    ),
    Case(
        "transposed_2d_dilated",
        "Conv2DTranspose, dilated.",
        IMAGE,
        each(L("Conv2DTranspose", filters=2, kernel_size=2, dilation_rate=2)),
    ),
    Case(
        "transposed_3d",
        "Conv3DTranspose.",
        VOLUME,
        each(L("Conv3DTranspose", filters=2, kernel_size=2, strides=2)),
    ),
    Case(
        "locally_connected_1d",
        "LocallyConnected1D.",
        LINE,
        each(L("LocallyConnected1D", filters=2, kernel_size=3, strides=2)),
    ),
    Case(
        "locally_connected_1d_sparse",
        "LocallyConnected1D, implementation 2 and 3.",
        LINE,
        each(
            L("LocallyConnected1D", filters=2, kernel_size=3, implementation=2),
            L("LocallyConnected1D", filters=2, kernel_size=3, implementation=3),
        ),
    ),
    Case(
        "locally_connected_2d",
        "LocallyConnected2D.",
        IMAGE,
        each(L("LocallyConnected2D", filters=2, kernel_size=(3, 2), activation="relu")),
    ),
    Case(
        "locally_connected_2d_first",
        "LocallyConnected2D, channels first.",
        IMAGE_FIRST,
        each(L("LocallyConnected2D", filters=2, kernel_size=2, data_format="channels_first")),
    ),
)
