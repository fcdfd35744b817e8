def _conv_of(inputs, kernel, strides=1, padding="valid", dilation_rate=1):
    """keras.ops.conv, with channels last."""
    steps, rates = _by_axis(inputs, strides), _by_axis(inputs, dilation_rate)
    return tf.nn.convolution(
        inputs, kernel, strides=steps, padding=padding.upper(), dilations=rates
    )
