def _einsum(equation, left, right):
    """Any product of two tensors."""
    return tf.einsum(equation, left, right)
