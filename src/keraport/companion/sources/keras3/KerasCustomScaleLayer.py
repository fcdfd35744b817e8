import keras


class KerasCustomScaleLayer(keras.layers.Layer):
    """CustomScaleLayer of InceptionResNetV2 in keras.applications: adds a scaled branch."""

    def __init__(self, scale, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, inputs):
        return inputs[0] + inputs[1] * self.scale

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        return {**super().get_config(), "scale": self.scale}
