import tensorflow as tf


class _AddedAttention(_DenseAttention):
    """Attention whose scores are sums, with a scale for each feature."""

    def __init__(self, use_scale=True, **kwargs):
        super(_AddedAttention, self).__init__(use_scale=use_scale, **kwargs)

    def _scale(self, size):
        return self.add_weight(name="scale", shape=[size], initializer="glorot_uniform")

    def _scores(self, query, key):
        summed = tf.tanh(tf.expand_dims(query, -2) + tf.expand_dims(key, -3))
        return tf.reduce_sum(summed if self.scale is None else self.scale * summed, -1)
