class Attention(_DenseAttention):
    """Dot-product attention, as tf.keras has it since TensorFlow 1.13."""

    def _scale(self, _):
        return self.add_weight(name="scale", shape=(), initializer="ones")

    def _scores(self, query, key):
        scores = _matmul(query, key, transpose_b=True)
        return scores if self.scale is None else scores * self.scale
