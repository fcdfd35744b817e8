import tensorflow as tf


class AdditiveAttention(_AddedAttention):
    """Additive attention, as tf.keras has it since TensorFlow 1.13."""
