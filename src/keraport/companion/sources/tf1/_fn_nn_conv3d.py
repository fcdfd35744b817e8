def _fn_nn_conv3d(input, filters, strides, padding):
    return tf.nn.conv3d(input, filters, _window(strides, 3), padding)
