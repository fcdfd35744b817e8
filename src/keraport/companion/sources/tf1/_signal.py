def _signal():
    return tf.contrib.signal
