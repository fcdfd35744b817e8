class Resizing(_PreprocessingLayer):
    """Resizes images, as tf.keras has it since TensorFlow 2.3."""

    def __init__(self, height, width, interpolation="bilinear", **kwargs):
        super(Resizing, self).__init__(**kwargs)
        self.height = height
        self.width = width
        self.interpolation = interpolation

    def call(self, inputs):
        return _resized(inputs, self.height, self.width, self.interpolation)

    def compute_output_shape(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        return tf.TensorShape([sizes[0], self.height, self.width, sizes[3]])

    def get_config(self):
        config = super(Resizing, self).get_config()
        config.update(height=self.height, width=self.width, interpolation=self.interpolation)
        return config
