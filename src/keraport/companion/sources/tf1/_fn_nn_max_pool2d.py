def _fn_nn_max_pool2d(input, ksize, strides, padding):
    return tf.nn.max_pool(input, _window(ksize, 2), _window(strides, 2), padding)
