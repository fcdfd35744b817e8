class LayerNormalization(tf.keras.layers.Layer):
    """Normalises every sample by itself over some axes, as tf.keras does since TensorFlow 1.13.

    The arithmetic is that of TensorFlow 2.3 on a CPU, its fused kernel included.
    """

    def __init__(
        self,
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
        super(LayerNormalization, self).__init__(**kwargs)
        self.axis = axis if isinstance(axis, int) else list(axis)
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
        given = [self.axis] if isinstance(self.axis, int) else self.axis
        self._axes = [axis if axis >= 0 else len(sizes) + axis for axis in given]
        shape = [sizes[axis] for axis in self._axes]
        if any(size is None for size in shape):
            raise ValueError(
                "%s normalises over axes %s, of which the input %s leaves one open"
                % (self.name, given, sizes)
            )
        self.gamma = self.beta = None
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
        super(LayerNormalization, self).build(input_shape)

    def call(self, inputs):
        inputs = tf.convert_to_tensor(inputs)
        rank = inputs.shape.ndims
        gamma, beta = self._broadcast(self.gamma, inputs), self._broadcast(self.beta, inputs)
        if self._is_fused(inputs):
            outputs = self._fused(inputs, rank - len(self._axes))
            outputs = outputs if gamma is None else outputs * gamma
            outputs = outputs if beta is None else outputs + beta
        else:
            mean, variance = tf.nn.moments(inputs, self._axes, keep_dims=True)
            outputs = tf.nn.batch_normalization(inputs, mean, variance, beta, gamma, self.epsilon)
        outputs.set_shape(inputs.shape)
        return outputs

    def _broadcast(self, weight, inputs):
        rank = inputs.shape.ndims
        if weight is None or len(self._axes) == rank or self._axes == [rank - 1]:
            return weight
        sizes = inputs.shape.as_list()
        return tf.reshape(weight, [sizes[i] if i in self._axes else 1 for i in range(rank)])

    def _is_fused(self, inputs):
        # The fused kernel raises a smaller epsilon, and computes in float32 alone.
        rank = inputs.shape.ndims
        last = list(range(rank - len(self._axes), rank))
        small = self.epsilon < 1.001e-5
        return sorted(self._axes) == last and not small and inputs.dtype == tf.float32

    def _fused(self, inputs, first):
        """Every sample as one channel of one image, which is transposed as a CPU wants it."""
        sizes = tf.shape(inputs)
        flat = tf.reshape(inputs, [tf.reduce_prod(sizes[:first]), tf.reduce_prod(sizes[first:])])
        image = tf.transpose(flat)[tf.newaxis, :, tf.newaxis, :]
        ones, zeros = tf.ones([tf.shape(flat)[0]]), tf.zeros([tf.shape(flat)[0]])
        image, _, _ = tf.nn.fused_batch_norm(image, ones, zeros, epsilon=self.epsilon)
        return tf.reshape(tf.transpose(image[0, :, 0, :]), sizes)

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(LayerNormalization, self).get_config()
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
