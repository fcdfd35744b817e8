class GroupNormalization(tf.keras.layers.Layer):
    """Normalises groups of channels, as tf.keras does since TensorFlow 2.11."""

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
        super(GroupNormalization, self).__init__(**kwargs)
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
        sizes = tf.TensorShape(input_shape).as_list()
        size = sizes[self.axis]
        if size is None or size % self._groups(size):
            raise ValueError(
                "%s cannot part %s channels into %d groups" % (self.name, size, self.groups)
            )
        self.gamma = self.beta = None
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
        super(GroupNormalization, self).build(input_shape)

    def _groups(self, size):
        return size if self.groups == -1 else self.groups

    def call(self, inputs):
        rank, known = inputs.shape.ndims, inputs.shape.as_list()
        axis = self.axis % rank
        groups = self._groups(known[axis])
        parts = [groups, known[axis] // groups]
        given = tf.shape(inputs)
        sizes = [given[i] if size is None else size for i, size in enumerate(known)]
        grouped = tf.reshape(inputs, tf.stack(sizes[:axis] + parts + sizes[axis + 1 :]))
        axes = [i for i in range(1, rank + 1) if i != axis]
        ones = tf.ones_like(grouped)
        count = 1.0 / tf.reduce_sum(ones, axis=axes, keepdims=True)
        mean = tf.reduce_sum(grouped, axis=axes, keepdims=True) * count
        squares = tf.math.squared_difference(grouped, mean)
        variance = tf.reduce_sum(squares, axis=axes, keepdims=True) * count
        one = [1] * axis + parts + [1] * (rank - axis - 1)
        gamma = None if self.gamma is None else tf.reshape(self.gamma, one)
        beta = None if self.beta is None else tf.reshape(self.beta, one)
        outputs = tf.nn.batch_normalization(grouped, mean, variance, beta, gamma, self.epsilon)
        outputs = tf.reshape(outputs, given)
        outputs.set_shape(inputs.shape)
        return outputs

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(GroupNormalization, self).get_config()
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
