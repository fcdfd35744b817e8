class CenterCrop(_PreprocessingLayer):
    """Cuts the middle out of images, as tf.keras has it since TensorFlow 2.3."""

    def __init__(self, height, width, **kwargs):
        super(CenterCrop, self).__init__(**kwargs)
        self.height = height
        self.width = width

    def call(self, inputs):
        sizes = tf.shape(inputs)[1:3]
        message = "%s cannot cut %s x %s out of less" % (self.name, self.height, self.width)
        check = tf.assert_non_negative(sizes - [self.height, self.width], message=message)
        with tf.control_dependencies([check]):
            outputs = _centre(inputs, self.height, self.width)
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return outputs

    def compute_output_shape(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        return tf.TensorShape([sizes[0], self.height, self.width, sizes[3]])

    def get_config(self):
        config = super(CenterCrop, self).get_config()
        config.update(height=self.height, width=self.width)
        return config
