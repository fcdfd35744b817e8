class Cast(tf.keras.layers.Layer):
    """Casts a tensor to the dtype of the layer behind it, as layers of TensorFlow 2 do themselves."""

    def __init__(self, to="float32", **kwargs):
        super(Cast, self).__init__(**kwargs)
        self.to = to
        self.supports_masking = True

    def call(self, inputs):
        # A tensor of its own: a mask is lost where a layer returns its very input.
        return tf.identity(tf.cast(inputs, self.to))

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(Cast, self).get_config()
        config.update(to=self.to)
        return config
