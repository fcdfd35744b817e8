def _op_NextAfter(inputs, attributes):
    """The bits of a float32, taken for an integer, count through the floats of its sign."""
    start, goal = inputs[0] + tf.zeros_like(inputs[1]), inputs[1] + tf.zeros_like(inputs[0])
    bits, ones = tf.bitcast(start, tf.int32), tf.ones_like(start, tf.int32)
    away = tf.equal(goal > start, start > 0)
    moved = tf.bitcast(tf.where(away, bits + ones, bits - ones), tf.float32)
    smallest = tf.sign(goal) * tf.bitcast(ones, tf.float32)
    moved = tf.where(tf.equal(start, 0), smallest, moved)
    moved = tf.where(tf.equal(start, goal), goal, moved)
    return tf.where(tf.is_nan(start + goal), start + goal, moved)


_op_NextAfter.inputs = ["T", "T"]
