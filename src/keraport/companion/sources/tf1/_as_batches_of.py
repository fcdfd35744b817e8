def _as_batches_of(inputs, outputs):
    """Outputs for `_one_batch` of some inputs, with the batch dimensions of those inputs."""
    extra = inputs.shape.ndims - outputs.shape.ndims
    if not extra:
        return outputs
    batches = tf.shape(inputs)[: extra + 1]
    return tf.reshape(outputs, tf.concat([batches, tf.shape(outputs)[1:]], 0))
