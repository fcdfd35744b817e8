def _fn___operators___add(x, y):
    return tf.add(x, y)
