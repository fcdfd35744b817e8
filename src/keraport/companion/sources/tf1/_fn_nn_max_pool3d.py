def _fn_nn_max_pool3d(input, ksize, strides, padding):
    return tf.nn.max_pool3d(input, _window(ksize, 3), _window(strides, 3), padding)
