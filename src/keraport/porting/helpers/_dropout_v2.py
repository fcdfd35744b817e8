def _dropout_v2(x, rate, noise_shape=None, seed=None):
    """tf.nn.dropout of TensorFlow 2, which is told what to drop, not what to keep."""
    return tf.nn.dropout(x, keep_prob=1 - rate, noise_shape=noise_shape, seed=seed)
