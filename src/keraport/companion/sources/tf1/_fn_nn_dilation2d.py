def _fn_nn_dilation2d(input, filters, strides, padding, data_format, dilations):
    return tf.nn.dilation2d(input, filters, _window(strides, 2), _window(dilations, 2), padding)
