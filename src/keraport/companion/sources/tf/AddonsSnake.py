class AddonsSnake(tf.keras.layers.Layer):
    """The layer Snake of TensorFlow Addons: its frequency is trained."""

    def __init__(self, frequency_initializer="ones", **kwargs):
        super(AddonsSnake, self).__init__(**kwargs)
        self.frequency_initializer = tf.keras.initializers.get(frequency_initializer)

    def build(self, input_shape):
        self.frequency = self.add_weight(
            name="Variable", shape=(), initializer=self.frequency_initializer
        )
        super(AddonsSnake, self).build(input_shape)

    def call(self, inputs):
        return addons_snake(inputs, self.frequency)

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(AddonsSnake, self).get_config()
        given = tf.keras.initializers.serialize(self.frequency_initializer)
        config.update(frequency_initializer=given)
        return config
