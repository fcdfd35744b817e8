class ConvLSTM2DV2(_RecurrentV2, tf.keras.layers.ConvLSTM2D):
    """ConvLSTM2D of TensorFlow 2.3, which passes over `time_major` and `zero_output_for_mask`."""

    _heeds_keywords = False

    def get_initial_state(self, inputs):
        kernel = tuple(self.cell.kernel_shape[:-1]) + (self.cell.filters,)
        frame = tf.reduce_sum(tf.zeros_like(inputs), axis=1)
        state = self.cell.input_conv(
            frame, tf.zeros(kernel, inputs.dtype), padding=self.cell.padding
        )
        return [state, state]

    def compute_output_shape(self, input_shape):
        return super(_RecurrentV2, self).compute_output_shape(input_shape)

    def _state_shapes(self):
        shape = self.compute_output_shape(tf.TensorShape(self.input_spec[0].shape))
        shape = (shape[0] if self.return_state else shape).as_list()
        shape = shape[:1] + shape[2:] if self.return_sequences else shape
        return [shape, shape]
