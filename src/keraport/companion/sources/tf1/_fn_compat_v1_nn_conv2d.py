def _fn_compat_v1_nn_conv2d(input, filter, strides, padding, dilations=(1, 1, 1, 1)):
    if not isinstance(padding, str):
        input, padding = tf.pad(input, padding), "VALID"
    return tf.nn.conv2d(
        input, filter, _window(strides, 2), padding, dilations=_window(dilations, 2)
    )
