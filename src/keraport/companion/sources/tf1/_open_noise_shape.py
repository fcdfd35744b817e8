def _open_noise_shape(noise_shape, inputs):
    """The noise shape with the input's sizes where it is open, or is not given at all."""
    sizes = tf.shape(inputs)
    if noise_shape is None:
        return sizes
    return [sizes[i] if size is None else size for i, size in enumerate(noise_shape)]
