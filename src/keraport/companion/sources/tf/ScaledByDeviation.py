class ScaledByDeviation(tf.keras.layers.Layer):
    """LayerNormalization with rms_scaling, as Keras 3 has it: divides by the deviation alone."""

    def __init__(
        self,
        axis=-1,
        epsilon=1e-3,
        gamma_initializer="ones",
        gamma_regularizer=None,
        gamma_constraint=None,
        **kwargs
    ):
        super(ScaledByDeviation, self).__init__(**kwargs)
        self.axis = sorted(axis) if isinstance(axis, (list, tuple)) else [axis]
        self.epsilon = epsilon
        self.gamma_initializer = tf.keras.initializers.get(gamma_initializer)
        self.gamma_regularizer = tf.keras.regularizers.get(gamma_regularizer)
        self.gamma_constraint = tf.keras.constraints.get(gamma_constraint)
        self.supports_masking = True

    def build(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        self.gamma = self.add_weight(
            name="gamma",
            shape=tuple(sizes[axis] for axis in self.axis),
            initializer=self.gamma_initializer,
            regularizer=self.gamma_regularizer,
            constraint=self.gamma_constraint,
        )
        super(ScaledByDeviation, self).build(input_shape)

    def call(self, inputs):
        sizes = inputs.shape.as_list()
        axes = [axis % len(sizes) for axis in self.axis]
        mean = tf.reduce_mean(inputs, axis=axes, keepdims=True)
        variance = tf.reduce_mean(tf.square(inputs - mean), axis=axes, keepdims=True)
        shape = [size if axis in axes else 1 for axis, size in enumerate(sizes)]
        return inputs * tf.math.rsqrt(variance + self.epsilon) * tf.reshape(self.gamma, shape)

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(ScaledByDeviation, self).get_config()
        config.update(
            axis=list(self.axis),
            epsilon=self.epsilon,
            gamma_initializer=tf.keras.initializers.serialize(self.gamma_initializer),
            gamma_regularizer=tf.keras.regularizers.serialize(self.gamma_regularizer),
            gamma_constraint=tf.keras.constraints.serialize(self.gamma_constraint),
        )
        return config
