class RMSNormalization(tf.keras.layers.Layer):
    """Divides by the root of the mean square, as Keras does since 3.9."""

    def __init__(self, axis=-1, epsilon=1e-6, **kwargs):
        super(RMSNormalization, self).__init__(**kwargs)
        self.axis = sorted(axis) if isinstance(axis, (list, tuple)) else [axis]
        self.epsilon = epsilon
        self.supports_masking = True

    def build(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        shape = [sizes[axis] for axis in self.axis]
        self.scale = self.add_weight(name="scale", shape=shape, initializer="ones")
        super(RMSNormalization, self).build(input_shape)

    def call(self, inputs):
        rank = inputs.shape.ndims
        axes = [axis % rank for axis in self.axis]
        mean = tf.reduce_mean(tf.square(inputs), axis=axes, keepdims=True)
        wide = [inputs.shape.as_list()[i] if i in axes else 1 for i in range(rank)]
        return inputs * tf.math.rsqrt(mean + self.epsilon) * tf.reshape(self.scale, wide)

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(RMSNormalization, self).get_config()
        config.update(axis=self.axis, epsilon=self.epsilon)
        return config
