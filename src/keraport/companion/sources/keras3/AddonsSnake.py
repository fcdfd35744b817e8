import keras


class AddonsSnake(keras.layers.Layer):
    """The layer Snake of TensorFlow Addons: its frequency is trained."""

    def __init__(self, frequency_initializer="ones", **kwargs):
        super().__init__(**kwargs)
        self.frequency_initializer = keras.initializers.get(frequency_initializer)

    def build(self, input_shape):
        self.frequency = self.add_weight(
            name="frequency", shape=(), initializer=self.frequency_initializer
        )
        super().build(input_shape)

    def call(self, inputs):
        return addons_snake(inputs, self.frequency)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "frequency_initializer": keras.initializers.serialize(self.frequency_initializer),
        }
