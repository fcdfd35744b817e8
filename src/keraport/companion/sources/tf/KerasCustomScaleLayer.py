class KerasCustomScaleLayer(tf.keras.layers.Layer):
    """CustomScaleLayer of InceptionResNetV2 in keras.applications: adds a scaled branch."""

    def __init__(self, scale, **kwargs):
        super(KerasCustomScaleLayer, self).__init__(**kwargs)
        self.scale = scale

    def call(self, inputs):
        return inputs[0] + inputs[1] * self.scale

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape[0])

    def get_config(self):
        config = super(KerasCustomScaleLayer, self).get_config()
        config.update(scale=self.scale)
        return config
