class DepthwiseConv2DV2(tf.keras.layers.DepthwiseConv2D):
    """DepthwiseConv2D as of TensorFlow 2.3: it counts the dilation when it tells its size."""

    def compute_output_shape(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        first = self.data_format == "channels_first"
        channels = sizes.pop(1 if first else 3)
        lengths = [
            _slid_length(*each)
            for each in zip(
                sizes[1:],
                self.kernel_size,
                [self.padding] * 2,
                self.strides,
                self.dilation_rate,
            )
        ]
        made = [None if channels is None else channels * self.depth_multiplier]
        return tf.TensorShape(sizes[:1] + (made + lengths if first else lengths + made))

    def compute_mask(self, inputs, mask=None):
        return None
