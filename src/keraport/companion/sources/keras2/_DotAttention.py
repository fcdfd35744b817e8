import tensorflow as tf


class _DotAttention(_DenseAttention):
    """Attention whose scores are products, or sums (`score_mode`)."""

    def __init__(self, score_mode="dot", **kwargs):
        super(_DotAttention, self).__init__(**kwargs)
        self.score_mode = score_mode

    def build(self, input_shape):
        super(_DotAttention, self).build(input_shape)
        if self.score_mode == "concat":
            self.concat_score_weight = self.add_weight(
                name="concat_score_weight", shape=(), initializer="ones"
            )

    def _scale(self, _):
        return self.add_weight(name="scale", shape=(), initializer="ones")

    def _scores(self, query, key):
        if self.score_mode == "concat":
            summed = tf.expand_dims(query, -2) + tf.expand_dims(key, -3)
            summed = tf.tanh(summed if self.scale is None else self.scale * summed)
            return self.concat_score_weight * tf.reduce_sum(summed, -1)
        scores = _matmul(query, key, transpose_b=True)
        return scores if self.scale is None else scores * self.scale

    def get_config(self):
        config = super(_DotAttention, self).get_config()
        if self.score_mode != "dot":
            config.update(score_mode=self.score_mode)
        return config
