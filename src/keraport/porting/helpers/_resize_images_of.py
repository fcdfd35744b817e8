def _resize_images_of(images, size, interpolation="bilinear"):
    """keras.ops.image.resize, with channels last."""
    return tf.cast(tf.image.resize(images, size, method=interpolation), images.dtype)
