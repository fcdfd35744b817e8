import tensorflow as tf


class Attention(_DotAttention):
    """Dot-product attention, as tf.keras has it since TensorFlow 1.13."""
