class AddonsGroupNormalization(tf.keras.layers.Layer):
    """The layer GroupNormalization of TensorFlow Addons: masked values count like any other."""

    def __init__(
        self,
        groups=32,
        axis=-1,
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
        super(AddonsGroupNormalization, self).__init__(**kwargs)
        self.groups = groups
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
        size = tf.TensorShape(input_shape).as_list()[self.axis]
        if self.scale:
            self.gamma = self.add_weight(
                name="gamma",
                shape=(size,),
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
            )
        if self.center:
            self.beta = self.add_weight(
                name="beta",
                shape=(size,),
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
            )
        super(AddonsGroupNormalization, self).build(input_shape)

    def call(self, inputs):
        known, given = inputs.shape.as_list(), tf.shape(inputs)
        rank = len(known)
        axis = self.axis % rank
        size = known[axis]
        groups = size if self.groups == -1 else self.groups
        parts = [groups, size // groups]
        sizes = [given[i] if known[i] is None else known[i] for i in range(rank)]
        grouped = tf.reshape(inputs, tf.stack(sizes[:axis] + parts + sizes[axis + 1 :]))
        axes = [i for i in range(1, rank + 1) if i != axis]
        mean = tf.reduce_mean(grouped, axis=axes, keepdims=True)
        squares = tf.math.squared_difference(grouped, tf.stop_gradient(mean))
        variance = tf.reduce_mean(squares, axis=axes, keepdims=True)
        shape = [1] * axis + parts + [1] * (rank - axis - 1)
        gamma = tf.reshape(self.gamma, shape) if self.scale else None
        beta = tf.reshape(self.beta, shape) if self.center else None
        outputs = tf.nn.batch_normalization(grouped, mean, variance, beta, gamma, self.epsilon)
        outputs = tf.reshape(outputs, given)
        outputs.set_shape(inputs.shape)
        return outputs

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(AddonsGroupNormalization, self).get_config()
        config.update(
            groups=self.groups,
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
