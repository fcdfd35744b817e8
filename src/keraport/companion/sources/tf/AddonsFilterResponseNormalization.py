class AddonsFilterResponseNormalization(tf.keras.layers.Layer):
    """The layer FilterResponseNormalization of TensorFlow Addons."""

    def __init__(
        self,
        epsilon=1e-6,
        axis=(1, 2),
        beta_initializer="zeros",
        gamma_initializer="ones",
        beta_regularizer=None,
        gamma_regularizer=None,
        beta_constraint=None,
        gamma_constraint=None,
        learned_epsilon=False,
        learned_epsilon_constraint=None,
        **kwargs
    ):
        super(AddonsFilterResponseNormalization, self).__init__(**kwargs)
        self.epsilon = epsilon
        self.axis = list(axis)
        self.beta_initializer = tf.keras.initializers.get(beta_initializer)
        self.gamma_initializer = tf.keras.initializers.get(gamma_initializer)
        self.beta_regularizer = tf.keras.regularizers.get(beta_regularizer)
        self.gamma_regularizer = tf.keras.regularizers.get(gamma_regularizer)
        self.beta_constraint = tf.keras.constraints.get(beta_constraint)
        self.gamma_constraint = tf.keras.constraints.get(gamma_constraint)
        self.learned_epsilon = learned_epsilon
        self.learned_epsilon_constraint = tf.keras.constraints.get(learned_epsilon_constraint)
        self.supports_masking = True

    def build(self, input_shape):
        shape = [1, 1, 1, tf.TensorShape(input_shape).as_list()[-1]]
        if self.learned_epsilon:
            self.learned = self.add_weight(
                name="learned_epsilon",
                shape=(1,),
                initializer=tf.keras.initializers.Constant(1e-4),
                constraint=self.learned_epsilon_constraint,
            )
        self.gamma = self.add_weight(
            name="gamma",
            shape=shape,
            initializer=self.gamma_initializer,
            regularizer=self.gamma_regularizer,
            constraint=self.gamma_constraint,
        )
        self.beta = self.add_weight(
            name="beta",
            shape=shape,
            initializer=self.beta_initializer,
            regularizer=self.beta_regularizer,
            constraint=self.beta_constraint,
        )
        super(AddonsFilterResponseNormalization, self).build(input_shape)

    def call(self, inputs):
        epsilon = tf.abs(tf.cast(self.epsilon, inputs.dtype))
        if self.learned_epsilon:
            epsilon += tf.abs(self.learned)
        squares = tf.reduce_mean(tf.square(inputs), axis=self.axis, keepdims=True)
        return self.gamma * (inputs * tf.math.rsqrt(squares + epsilon)) + self.beta

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(AddonsFilterResponseNormalization, self).get_config()
        config.update(
            axis=self.axis,
            epsilon=self.epsilon,
            learned_epsilon=self.learned_epsilon,
            beta_initializer=tf.keras.initializers.serialize(self.beta_initializer),
            gamma_initializer=tf.keras.initializers.serialize(self.gamma_initializer),
            beta_regularizer=tf.keras.regularizers.serialize(self.beta_regularizer),
            gamma_regularizer=tf.keras.regularizers.serialize(self.gamma_regularizer),
            beta_constraint=tf.keras.constraints.serialize(self.beta_constraint),
            gamma_constraint=tf.keras.constraints.serialize(self.gamma_constraint),
            learned_epsilon_constraint=tf.keras.constraints.serialize(
                self.learned_epsilon_constraint
            ),
        )
        return config
