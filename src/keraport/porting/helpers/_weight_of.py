def _weight_of(layer, value, trainable=True, name=None, dtype=None, constraint=None):
    """A weight of the layer that begins with `value`, for Keras 3 saves no other variables."""
    value = keras.ops.convert_to_tensor(value() if callable(value) else value, dtype)
    return layer.add_weight(
        shape=tuple(value.shape),
        initializer=lambda shape, dtype=None: keras.ops.cast(value, dtype),
        dtype=keras.backend.standardize_dtype(value.dtype),
        trainable=trainable is not False,
        name=name.replace("/", "_") if name else None,
        constraint=constraint,
    )
