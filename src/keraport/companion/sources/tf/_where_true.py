def _where_true(condition, yes, no):
    """`yes` where the condition holds, `no` elsewhere; all three are of one shape."""
    return tf.where(condition, yes, no)
