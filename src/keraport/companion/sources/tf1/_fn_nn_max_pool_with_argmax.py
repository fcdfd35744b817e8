def _fn_nn_max_pool_with_argmax(
    input, ksize, strides, padding, data_format="NHWC", include_batch_in_index=False
):
    windows = [_window(value, 2) for value in (ksize, strides)]
    largest, places = tf.nn.max_pool_with_argmax(input, windows[0], windows[1], padding)
    if not include_batch_in_index:
        places %= tf.reduce_prod(tf.shape(input, out_type=places.dtype)[1:])
    return [largest, places]
