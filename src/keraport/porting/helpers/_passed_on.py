def _passed_on(value):
    """The same tensors as others: TensorFlow 1 drops the mask where `call` gives back its input."""
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return type(value)(_passed_on(item) for item in value)
    return tf.identity(value) if isinstance(value, tf.Tensor) else value
