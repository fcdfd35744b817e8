def _sizes(x):
    """keras.ops.shape of Keras 3: a tuple of numbers, and of tensors where a size is open."""
    x = tf.convert_to_tensor(x)
    sizes = tf.shape(x)
    known = x.shape.as_list()
    return tuple([sizes[i] if known[i] is None else known[i] for i in range(len(known))])
