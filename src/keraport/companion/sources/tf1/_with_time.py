def _with_time(tensor, inputs):
    """A batch of steps as the steps of samples again, as many as `inputs` has."""
    sizes = tf.concat([tf.shape(inputs)[:2], tf.shape(tensor)[1:]], 0)
    outputs = tf.reshape(tensor, sizes)
    outputs.set_shape(inputs.shape.as_list()[:2] + tensor.shape.as_list()[1:])
    return outputs
