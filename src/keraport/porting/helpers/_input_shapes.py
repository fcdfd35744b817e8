def _input_shapes(given):
    """One shape, or several, as TensorFlow 2 hands them to build and compute_output_shape."""
    if given is None or isinstance(given, tf.TensorShape):
        return given if given is None else _TensorShape(given)
    if isinstance(given, dict):
        return {key: _input_shapes(value) for key, value in given.items()}
    if all(isinstance(size, (int, tf.Dimension)) or size is None for size in given):
        return _TensorShape(given)
    return type(given)(_input_shapes(value) for value in given)
