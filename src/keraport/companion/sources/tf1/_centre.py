def _centre(images, height, width):
    """The middle of images that are at least that large; one pixel to the top left if unsure."""
    sizes = tf.shape(images)
    top, left = (sizes[1] - height) // 2, (sizes[2] - width) // 2
    return tf.slice(images, tf.stack([0, top, left, 0]), [-1, height, width, -1])
