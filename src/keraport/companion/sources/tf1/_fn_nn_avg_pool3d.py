def _fn_nn_avg_pool3d(input, ksize, strides, padding):
    return tf.nn.avg_pool3d(input, _window(ksize, 3), _window(strides, 3), padding)
