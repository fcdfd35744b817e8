def silu(x):
    """x times its sigmoid, as tf.keras has it since TensorFlow 2.5."""
    return x * tf.sigmoid(x)
