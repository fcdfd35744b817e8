"""Images and boxes."""

import numpy as np
import tensorflow as tf

from graph_models.case import Free, numbers, program, whole

PIXELS = np.abs(numbers(2, 5, 6, 3)) / 4


@program(x=Free(PIXELS), bytes_=whole(1, 5, 6, 3, top=255, dtype="uint8"))
def resizes(x, bytes_):
    """Every method, larger and smaller."""
    out = []
    for method in ("bilinear", "nearest", "bicubic", "area"):
        out += [tf.image.resize(x, size, method) for size in ([8, 9], [3, 4], [5, 6], [10, 2])]
        out.append(tf.image.resize(bytes_, [7, 4], method))
    for method in ("lanczos3", "lanczos5", "gaussian", "mitchellcubic"):
        out.append(tf.image.resize(x, [8, 4], method))
    out.append(tf.image.resize(x, [3, 4], "bilinear", antialias=True))
    out.append(tf.image.resize_with_pad(x, 8, 8))
    out.append(tf.compat.v1.image.resize_bilinear(x, [9, 9], align_corners=True))
    out.append(tf.compat.v1.image.resize_bicubic(x, [9, 9]))
    out.append(tf.compat.v1.image.resize_nearest_neighbor(x, [9, 9], align_corners=True))
    out.append(tf.keras.backend.resize_images(x, 2, 2, "channels_last"))
    return out


@program(x=PIXELS, t=numbers(2, 8) * 0.01 + np.array([1, 0.1, 0.4, 0, 0.9, -0.3, 0, 0], "float32"))
def transforms(x, t):
    """Projective transforms."""
    op = tf.raw_ops.ImageProjectiveTransformV2
    return [
        op(images=x, transforms=t, output_shape=[5, 6], interpolation="BILINEAR"),
        op(images=x, transforms=t, output_shape=[7, 4], interpolation="NEAREST"),
        op(images=x, transforms=t[:1], output_shape=[5, 6], interpolation="BILINEAR"),
        op(
            images=tf.cast(x * 200, tf.uint8),
            transforms=t,
            output_shape=[5, 6],
            interpolation="BILINEAR",
        ),
        op(
            images=tf.cast(x * 200, tf.int32),
            transforms=t,
            output_shape=[5, 6],
            interpolation="NEAREST",
        ),
    ]


@program(x=PIXELS, boxes=np.array([[0, 0, 0.7, 0.9], [0.2, 0.1, 1.2, 0.5]], "float32"))
def image_operations(x, boxes):
    """Colours, crops, patches."""
    return [
        tf.image.adjust_brightness(x, 0.2),
        tf.image.adjust_contrast(x, 1.7),
        tf.image.adjust_saturation(x, 0.4),
        tf.image.adjust_hue(x, 0.2),
        tf.image.adjust_gamma(x, 2.0),
        tf.image.rgb_to_hsv(x),
        tf.image.hsv_to_rgb(x),
        tf.image.rgb_to_grayscale(x),
        tf.image.rgb_to_yuv(x),
        tf.image.crop_and_resize(x, boxes, [0, 1], [4, 3]),
        tf.image.crop_and_resize(
            x, boxes, [1, 0], [3, 3], method="nearest", extrapolation_value=5.0
        ),
        tf.image.extract_patches(x, [1, 2, 2, 1], [1, 1, 2, 1], [1, 1, 1, 1], "VALID"),
        tf.image.extract_patches(x, [1, 2, 2, 1], [1, 2, 2, 1], [1, 2, 1, 1], "SAME"),
        tf.image.flip_left_right(x),
        tf.image.rot90(x),
        tf.image.central_crop(x, 0.6),
        tf.image.per_image_standardization(x),
        tf.image.total_variation(x),
        tf.image.sobel_edges(x),
        tf.image.psnr(x, x * 0.9, 1.0),
        tf.image.convert_image_dtype(x, tf.uint8),
        tf.image.ssim(tf.tile(x, [1, 3, 3, 1]), tf.tile(x * 0.9, [1, 3, 3, 1]), 1.0),
        tf.nn.space_to_depth(x[:, :4], 2),
        tf.nn.depth_to_space(tf.concat([x, x, x, x], -1), 2),
    ]


BOXES = np.abs(numbers(2, 7, 4)) / 3
BOXES[..., 2:] += BOXES[..., :2]
SCORES = 1 / (1 + np.exp(-numbers(2, 7, 3)))


@program(boxes=BOXES, scores=SCORES.astype("float32"))
def suppression(boxes, scores):
    """Boxes of which the best stay."""
    first, one = boxes[0], scores[0, :, 0]
    padded, count = tf.image.non_max_suppression_padded(first, one, 6, pad_to_max_output_size=True)
    soft, soft_scores = tf.image.non_max_suppression_with_scores(
        first, one, 5, 0.5, 0.2, soft_nms_sigma=0.0
    )
    overlaps = tf.image.non_max_suppression_overlaps(
        tf.matmul(first, first, transpose_b=True), one, 3, 0.5, 0.1
    )
    return [
        tf.image.non_max_suppression(first, one, 4, 0.4),
        tf.image.non_max_suppression(first, one, 4, 0.4, 0.5),
        padded,
        count,
        soft,
        soft_scores,
        overlaps,
    ]


@program(boxes=BOXES, scores=SCORES.astype("float32"))
def suppression_soft(boxes, scores):
    """Boxes whose neighbours fade."""
    return list(
        tf.image.non_max_suppression_with_scores(
            boxes[0], scores[0, :, 0], 5, 1.0, 0.1, soft_nms_sigma=0.4
        )
    )


@program(boxes=BOXES, scores=SCORES.astype("float32"))
def suppression_mapped(boxes, scores):
    """Both kinds in a map over images."""

    def one(row):
        found = tf.raw_ops.NonMaxSuppressionV5(
            boxes=row[0],
            scores=row[1][:, 0],
            max_output_size=5,
            iou_threshold=1.0,
            score_threshold=0.1,
            soft_nms_sigma=0.4,
            pad_to_max_output_size=True,
        )
        return found[0], found[1], tf.image.non_max_suppression(row[0], row[1][:, 1], 2, 0.9)

    return tf.map_fn(one, (boxes, scores), dtype=(tf.int32, tf.float32, tf.int32))


@program(boxes=BOXES, scores=SCORES.astype("float32"))
def suppression_combined(boxes, scores):
    """Detection over batches and classes at once."""
    shared = tf.image.combined_non_max_suppression(boxes[:, :, None], scores, 3, 5, 0.4, 0.3)
    own = tf.image.combined_non_max_suppression(
        tf.stack([boxes, boxes * 0.9, boxes * 1.1], 2),
        scores,
        2,
        4,
        pad_per_class=True,
        clip_boxes=False,
    )
    return [*shared, *own]


@program(x=PIXELS)
def convolutions(x):
    """Convolutions and pools with unusual settings."""
    kernel = tf.reshape(tf.range(2 * 3 * 3 * 4.0), [2, 3, 3, 4]) / 72.0
    depth = tf.reshape(tf.range(2 * 3 * 3 * 2.0), [2, 3, 3, 2]) / 36.0
    explicit = [[0, 0], [1, 2], [0, 1], [0, 0]]
    pooled, where = tf.nn.max_pool_with_argmax(x, 2, 2, "SAME", include_batch_in_index=True)
    return [
        tf.nn.conv2d(x, kernel, 1, explicit),
        tf.nn.conv2d(x, kernel, [1, 2], "SAME"),
        tf.nn.conv2d(x, kernel, 1, "VALID", dilations=2),
        tf.nn.depthwise_conv2d(x, depth, [1, 1, 1, 1], explicit),
        tf.nn.conv2d_transpose(x, tf.transpose(kernel, [0, 1, 3, 2]), [2, 10, 12, 4], 2, "SAME"),
        tf.nn.separable_conv2d(x, depth, tf.ones([1, 1, 6, 2]), [1, 1, 1, 1], "SAME"),
        tf.nn.dilation2d(x, kernel[..., 0], [1, 1, 1, 1], "SAME", "NHWC", [1, 1, 1, 1]),
        tf.nn.erosion2d(x, kernel[..., 0], [1, 1, 1, 1], "SAME", "NHWC", [1, 1, 1, 1]),
        pooled,
        where,
        tf.nn.max_pool_with_argmax(x, 2, 1, "VALID")[1],
        tf.nn.avg_pool(x, 3, 2, "SAME"),
        tf.nn.conv3d(x[:, None], kernel[None], [1, 1, 1, 1, 1], "SAME"),
        tf.nn.local_response_normalization(x),
        tf.nn.pool(x, [2, 2], "AVG", padding="VALID", dilations=[1, 2]),
        tf.nn.batch_normalization(x, 0.1, 0.9, 0.5, 1.5, 1e-3),
        tf.compat.v1.nn.fused_batch_norm(x, [1.0] * 3, [0.5] * 3)[0],
        tf.nn.conv1d(x[:, 0], kernel[0], 1, "SAME"),
        tf.nn.ctc_greedy_decoder(tf.transpose(x[:, 0], [1, 0, 2]), [6, 6])[1],
    ]
