def addons_rrelu(x):
    """x, and below zero x times a slope, which is drawn in training, as rrelu of TensorFlow Addons.

    The mean of its limits is the slope of predictions.
    """
    lower, upper = tf.cast(0.125, x.dtype), tf.cast(0.3333333333333333, x.dtype)

    def drawn():
        return tf.random.uniform(tf.shape(x), lower, upper, dtype=x.dtype)

    slope = tf.keras.backend.in_train_phase(drawn, lambda: tf.ones_like(x) * ((lower + upper) / 2))
    return _where_true(x >= 0, x, slope * x)
