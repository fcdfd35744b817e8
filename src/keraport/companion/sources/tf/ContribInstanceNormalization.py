class ContribInstanceNormalization(tf.keras.layers.Layer):
    """Normalises every sample, or each of its channels, as InstanceNormalization of keras-contrib.

    It adds epsilon to the deviation, and not to the variance.
    """

    def __init__(
        self,
        axis=None,
        epsilon=1e-3,
        center=True,
        scale=True,
        beta_initializer="zeros",
        gamma_initializer="ones",
        beta_regularizer=None,
        gamma_regularizer=None,
        beta_constraint=None,
        gamma_constraint=None,
        **kwargs
    ):
        super(ContribInstanceNormalization, self).__init__(**kwargs)
        self.axis = axis
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.beta_initializer = tf.keras.initializers.get(beta_initializer)
        self.gamma_initializer = tf.keras.initializers.get(gamma_initializer)
        self.beta_regularizer = tf.keras.regularizers.get(beta_regularizer)
        self.gamma_regularizer = tf.keras.regularizers.get(gamma_regularizer)
        self.beta_constraint = tf.keras.constraints.get(beta_constraint)
        self.gamma_constraint = tf.keras.constraints.get(gamma_constraint)
        self.supports_masking = True

    def build(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        shape = (1,) if self.axis is None else (sizes[self.axis],)
        if self.scale:
            self.gamma = self.add_weight(
                name="gamma",
                shape=shape,
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
            )
        if self.center:
            self.beta = self.add_weight(
                name="beta",
                shape=shape,
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
            )
        super(ContribInstanceNormalization, self).build(input_shape)

    def call(self, inputs):
        rank = inputs.shape.ndims
        kept = None if self.axis is None else self.axis % rank
        axes = [axis for axis in range(1, rank) if axis != kept]
        mean = tf.reduce_mean(inputs, axis=axes, keepdims=True)
        deviation = tf.keras.backend.std(inputs, axis=axes, keepdims=True) + self.epsilon
        outputs = (inputs - mean) / deviation
        shape = [1] * rank
        if kept is not None:
            shape[kept] = inputs.shape.as_list()[kept]
        if self.scale:
            outputs = outputs * tf.reshape(self.gamma, shape)
        if self.center:
            outputs = outputs + tf.reshape(self.beta, shape)
        return outputs

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(ContribInstanceNormalization, self).get_config()
        config.update(
            axis=self.axis,
            epsilon=self.epsilon,
            center=self.center,
            scale=self.scale,
            beta_initializer=tf.keras.initializers.serialize(self.beta_initializer),
            gamma_initializer=tf.keras.initializers.serialize(self.gamma_initializer),
            beta_regularizer=tf.keras.regularizers.serialize(self.beta_regularizer),
            gamma_regularizer=tf.keras.regularizers.serialize(self.gamma_regularizer),
            beta_constraint=tf.keras.constraints.serialize(self.beta_constraint),
            gamma_constraint=tf.keras.constraints.serialize(self.gamma_constraint),
        )
        return config
