import keras
import tensorflow as tf


class OrthogonalRegularizer(keras.regularizers.Regularizer):
    """Asks for rows or columns at right angles, as tf.keras does since TensorFlow 2.7."""

    def __init__(self, factor=0.01, mode="rows"):
        self.factor = float(factor)
        self.mode = mode

    def __call__(self, inputs):
        rows = self.mode == "rows"
        unit = tf.nn.l2_normalize(inputs, 1 if rows else 0)
        product = tf.matmul(unit, unit, transpose_a=not rows, transpose_b=rows)
        size = inputs.shape.as_list()[0 if rows else 1]
        others = product * (1.0 - tf.eye(size, dtype=inputs.dtype))
        return self.factor * 0.5 * tf.reduce_sum(tf.abs(others)) / (size * (size - 1.0) / 2.0)

    def get_config(self):
        return {"factor": self.factor, "mode": self.mode}
