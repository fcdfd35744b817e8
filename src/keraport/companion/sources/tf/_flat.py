def _flat(outputs):
    """The tensors in nested lists and tuples."""
    if not isinstance(outputs, (list, tuple)):
        return [tf.convert_to_tensor(outputs)]
    return [tensor for item in outputs for tensor in _flat(item)]
