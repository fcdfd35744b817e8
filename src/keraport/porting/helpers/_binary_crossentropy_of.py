def _binary_crossentropy_of(target, output, from_logits=False):
    """keras.ops.binary_crossentropy, of each element."""
    target = tf.cast(target, output.dtype)
    if from_logits:
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=target, logits=output)
    small = tf.keras.backend.epsilon()
    output = tf.clip_by_value(output, small, 1.0 - small)
    return -(target * tf.math.log(output) + (1.0 - target) * tf.math.log(1.0 - output))
