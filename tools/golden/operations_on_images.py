"""Raw TensorFlow operations on images."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Model
from golden.operation_kit import constant, images

L = tf.keras.layers
K = tf.keras.backend
raw = tf.raw_ops


def op_images() -> Model:
    """Sizes and colours of images."""
    return images(
        lambda v: tf.image.resize(v, [7, 9]),
        lambda v: tf.image.resize(v, [4, 9], method="nearest"),
        lambda v: tf.image.resize(v, [7, 3], method="bicubic"),
        lambda v: tf.image.resize(v, [3, 4], method="area"),
        lambda v: tf.image.resize(v, [7, 9], method="lanczos3"),
        lambda v: tf.image.resize(v, [3, 4], antialias=True),
        lambda v: tf.image.resize(v, tf.shape(v)[1:3] * 2),
        lambda v: tf.compat.v1.image.resize_bilinear(v, [7, 9], align_corners=True),
        lambda v: tf.compat.v1.image.resize_nearest_neighbor(v, [7, 9]),
        lambda v: K.resize_images(v, 2, 3, "channels_last"),
        lambda v: tf.image.resize_with_crop_or_pad(v, 4, 8),
        lambda v: tf.image.flip_left_right(v) + tf.image.flip_up_down(v),
        lambda v: tf.image.rot90(v),
        lambda v: tf.image.per_image_standardization(v),
        lambda v: tf.image.adjust_contrast(tf.image.adjust_brightness(v, 0.3), 1.5),
        lambda v: tf.image.adjust_hue(tf.sigmoid(v[..., :3]), 0.2),
        lambda v: tf.image.adjust_saturation(tf.sigmoid(v[..., :3]), 0.5),
        lambda v: tf.image.hsv_to_rgb(tf.image.rgb_to_hsv(tf.sigmoid(v[..., :3]))),
        lambda v: tf.image.rgb_to_yuv(v[..., :3]),
        lambda v: tf.image.sobel_edges(v),
        lambda v: tf.image.extract_patches(v, [1, 2, 2, 1], [1] * 4, [1] * 4, "VALID"),
    )


def op_open_images() -> Model:
    """Resizing of images whose size is not known before they are there."""
    return images(
        lambda v: tf.image.resize(v, [5, 7]),
        lambda v: tf.image.resize(v, tf.shape(v)[1:3] * 2, method="nearest"),
        lambda v: tf.reduce_mean(v, [1, 2]) + tf.reduce_max(v, axis=[1, 2]),
        shape=(None, None, 3),
    )


def op_convolutions() -> Model:
    """Convolutions with constant kernels, pooling, and pixels that move between dimensions."""
    return images(
        lambda v: tf.nn.conv2d(v, constant(3, 3, 4, 2), 1, "SAME"),
        lambda v: tf.nn.conv2d(v, constant(3, 2, 4, 2), 1, [[0, 0], [1, 0], [2, 1], [0, 0]]),
        lambda v: tf.nn.conv2d_transpose(v, constant(3, 3, 2, 4), [tf.shape(v)[0], 12, 10, 2], 2),
        lambda v: tf.nn.depthwise_conv2d(v, constant(3, 3, 4, 2), [1] * 4, "SAME"),
        lambda v: tf.nn.conv1d(v[:, 0], constant(3, 4, 2), 1, "SAME"),
        lambda v: tf.nn.conv3d(v[..., None], constant(2, 2, 2, 1, 2), [1] * 5, "SAME"),
        lambda v: tf.nn.dilation2d(v, constant(2, 2, 4), [1] * 4, "SAME", "NHWC", [1] * 4),
        lambda v: tf.nn.max_pool2d(v, 2, 2, "SAME") + tf.nn.avg_pool2d(v, 2, 2, "SAME"),
        lambda v: tf.nn.max_pool_with_argmax(v, 2, 2, "SAME")[1],
        lambda v: tf.nn.max_pool_with_argmax(v, 2, 2, "SAME", include_batch_in_index=True)[1],
        lambda v: tf.nn.max_pool3d(v[..., None], 2, 2, "SAME"),
        lambda v: tf.nn.avg_pool3d(v[..., None], 2, 2, "SAME"),
        lambda v: tf.nn.local_response_normalization(v),
        lambda v: tf.nn.space_to_depth(v[:, :4, :4], 2),
        lambda v: tf.nn.depth_to_space(v, 2),
        lambda v: tf.batch_to_space(
            tf.space_to_batch(v[:, :4, :4], [2, 2], [[0, 0]] * 2) * 2.0, [2, 2], [[0, 0]] * 2
        ),
        lambda v: tf.compat.v1.nn.fused_batch_norm(v, constant(4), constant(4))[0],
    )
