def _fn_nn_conv2d_transpose(input, filters, output_shape, strides, padding="SAME"):
    filters = tf.convert_to_tensor(filters, input.dtype)
    return tf.nn.conv2d_transpose(
        input, filters, tf.stack(output_shape), _window(strides, 2), padding
    )
