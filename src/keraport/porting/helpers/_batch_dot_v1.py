def _batch_dot_v1(x, y, axes=None):
    """keras.backend.batch_dot, as it was before TensorFlow 2 and Keras 2.3."""
    ranks = [len(x.shape), len(y.shape)]
    axes = (axes, axes) if isinstance(axes, int) else axes
    first, second = axes or (ranks[0] - 1, ranks[1] - 2)
    missing = abs(ranks[0] - ranks[1])
    ones = [1] * missing
    if ranks[0] > ranks[1]:
        y = tf.reshape(y, tf.concat([tf.shape(y), ones], axis=0))
    elif ranks[1] > ranks[0]:
        x = tf.reshape(x, tf.concat([tf.shape(x), ones], axis=0))
    if len(x.shape) == 2:
        other = x if first == second else tf.transpose(x)
        made = tf.reduce_sum(other * y, first if first == second else second)
    else:
        adjoint = (first != len(x.shape) - 1, second == len(y.shape) - 1)
        made = tf.matmul(x, y, adjoint_a=adjoint[0], adjoint_b=adjoint[1])
    if missing:
        place = sum(ranks) - 3 if ranks[0] > ranks[1] else ranks[0] - 1
        made = tf.squeeze(made, list(range(place, place + missing)))
    return tf.expand_dims(made, 1) if len(made.shape) == 1 else made
