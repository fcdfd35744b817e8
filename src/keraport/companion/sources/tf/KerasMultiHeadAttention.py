class KerasMultiHeadAttention(tf.keras.layers.Layer):
    """Attention of several heads, as MultiHeadAttention of keras-multi-head, without masks."""

    def __init__(
        self,
        head_num,
        activation="relu",
        use_bias=True,
        kernel_initializer="glorot_normal",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        history_only=False,
        **kwargs
    ):
        super(KerasMultiHeadAttention, self).__init__(**kwargs)
        self.head_num = head_num
        self.activation = tf.keras.activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = tf.keras.initializers.get(kernel_initializer)
        self.bias_initializer = tf.keras.initializers.get(bias_initializer)
        self.kernel_regularizer = tf.keras.regularizers.get(kernel_regularizer)
        self.bias_regularizer = tf.keras.regularizers.get(bias_regularizer)
        self.kernel_constraint = tf.keras.constraints.get(kernel_constraint)
        self.bias_constraint = tf.keras.constraints.get(bias_constraint)
        self.history_only = history_only

    def build(self, input_shape):
        shapes = input_shape if isinstance(input_shape, list) else [input_shape] * 3
        sizes = [tf.TensorShape(shape).as_list()[-1] for shape in shapes]
        given = dict(zip("qkvo", sizes + sizes[-1:]))
        self.kernels, self.biases = {}, {}
        for part in "qkvo":
            self.kernels[part] = self.add_weight(
                name="W" + part,
                shape=(given[part], sizes[-1]),
                initializer=self.kernel_initializer,
                regularizer=self.kernel_regularizer,
                constraint=self.kernel_constraint,
            )
            if self.use_bias:
                self.biases[part] = self.add_weight(
                    name="b" + part,
                    shape=(sizes[-1],),
                    initializer=self.bias_initializer,
                    regularizer=self.bias_regularizer,
                    constraint=self.bias_constraint,
                )
        super(KerasMultiHeadAttention, self).build(input_shape)

    def _projected(self, tensor, part):
        made = tf.keras.backend.dot(tensor, self.kernels[part])
        made = made + self.biases[part] if self.use_bias else made
        return made if self.activation is None else self.activation(made)

    def _heads(self, tensor):
        given, size = tf.shape(tensor), tensor.shape.as_list()[-1]
        parts = [given[0], given[1], self.head_num, size // self.head_num]
        return tf.transpose(tf.reshape(tensor, tf.stack(parts)), [0, 2, 1, 3])

    def call(self, inputs):
        given = inputs if isinstance(inputs, (list, tuple)) else [inputs] * 3
        query, key, value = [
            self._heads(self._projected(tensor, part)) for tensor, part in zip(given, "qkv")
        ]
        size = tf.cast(tf.shape(query)[-1], query.dtype)
        scores = tf.matmul(query, key, transpose_b=True) / tf.sqrt(size)
        if self.history_only:
            steps, earlier = tf.shape(scores)[-2], tf.shape(scores)[-1]
            later = tf.range(earlier)[tf.newaxis, :] > tf.range(steps)[:, tf.newaxis]
            scores -= 10000.0 * tf.cast(later, scores.dtype)
        scores = tf.exp(scores - tf.reduce_max(scores, axis=-1, keepdims=True))
        weights = scores / tf.reduce_sum(scores, axis=-1, keepdims=True)
        joined = tf.transpose(tf.matmul(weights, value), [0, 2, 1, 3])
        first, last = given[0].shape.as_list(), given[-1].shape.as_list()
        sizes = tf.shape(joined)
        joined = tf.reshape(joined, tf.stack([sizes[0], sizes[1], last[-1]]))
        joined.set_shape(first[:-1] + last[-1:])
        return self._projected(joined, "o")

    def compute_mask(self, inputs, mask=None):
        return mask[0] if isinstance(mask, list) else mask

    def compute_output_shape(self, input_shape):
        shapes = input_shape if isinstance(input_shape, list) else [input_shape]
        first, last = [tf.TensorShape(shape).as_list() for shape in (shapes[0], shapes[-1])]
        return tf.TensorShape(first[:-1] + last[-1:])

    def get_config(self):
        config = super(KerasMultiHeadAttention, self).get_config()
        config.update(
            head_num=self.head_num,
            activation=tf.keras.activations.serialize(self.activation),
            use_bias=self.use_bias,
            kernel_initializer=tf.keras.initializers.serialize(self.kernel_initializer),
            bias_initializer=tf.keras.initializers.serialize(self.bias_initializer),
            kernel_regularizer=tf.keras.regularizers.serialize(self.kernel_regularizer),
            bias_regularizer=tf.keras.regularizers.serialize(self.bias_regularizer),
            kernel_constraint=tf.keras.constraints.serialize(self.kernel_constraint),
            bias_constraint=tf.keras.constraints.serialize(self.bias_constraint),
            history_only=self.history_only,
        )
        return config
