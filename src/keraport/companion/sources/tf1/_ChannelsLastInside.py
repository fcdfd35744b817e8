class _ChannelsLastInside(object):
    """A stock layer whose channels may come first on a CPU, too: it computes with them last."""

    def _inside(self, method, value):
        activation = getattr(self, "activation", None)
        self.data_format = "channels_last"
        if activation is not None:
            self.activation = None
        try:
            return method(value)
        finally:
            self.data_format = "channels_first"
            if activation is not None:
                self.activation = activation

    def call(self, inputs):
        method = super(_ChannelsLastInside, self).call
        if self.data_format == "channels_last":
            return method(inputs)
        rank = inputs.shape.ndims - 2
        outputs = _channels_first(self._inside(method, _channels_last(inputs, rank)), rank)
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        activation = getattr(self, "activation", None)
        return outputs if activation is None else activation(outputs)

    def compute_output_shape(self, input_shape):
        method = super(_ChannelsLastInside, self).compute_output_shape
        if self.data_format == "channels_last":
            return method(input_shape)
        sizes = tf.TensorShape(input_shape).as_list()
        made = self._inside(method, tf.TensorShape(sizes[:1] + sizes[2:] + sizes[1:2]))
        sizes = tf.TensorShape(made).as_list()
        return tf.TensorShape(sizes[:1] + sizes[-1:] + sizes[1:-1])

    def compute_mask(self, inputs, mask=None):
        return None

    def get_config(self):
        config = super(_ChannelsLastInside, self).get_config()
        config.update(data_format=self.data_format)
        return config
