class RMSNormalization(tf.keras.layers.Layer):
    """Divides by the root of the mean square, as Keras 3 does."""

    def __init__(self, axis=-1, epsilon=1e-6, **kwargs):
        super(RMSNormalization, self).__init__(**kwargs)
        self.axis = sorted(axis) if isinstance(axis, (list, tuple)) else [axis]
        self.epsilon = epsilon
        self.supports_masking = True

    def build(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        shape = tuple(sizes[axis] for axis in self.axis)
        self.scale = self.add_weight(name="scale", shape=shape, initializer="ones")
        super(RMSNormalization, self).build(input_shape)

    def call(self, inputs):
        squares = tf.reduce_mean(tf.square(inputs), axis=self.axis, keepdims=True)
        return inputs * tf.math.rsqrt(squares + self.epsilon) * self.scale

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(RMSNormalization, self).get_config()
        config.update(axis=list(self.axis), epsilon=self.epsilon)
        return config
