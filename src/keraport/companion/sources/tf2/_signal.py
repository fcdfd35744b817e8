def _signal():
    return tf.signal
