class KerasSeqSelfAttention(tf.keras.layers.Layer):
    """Every step attends to all steps, as SeqSelfAttention of keras-self-attention.

    Without masks and without a width, for which the versions of the package differ.
    """

    def __init__(
        self,
        units=32,
        attention_width=None,
        attention_type="additive",
        return_attention=False,
        history_only=False,
        kernel_initializer="glorot_normal",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        use_additive_bias=True,
        use_attention_bias=True,
        attention_activation=None,
        attention_regularizer_weight=0.0,
        **kwargs
    ):
        super(KerasSeqSelfAttention, self).__init__(**kwargs)
        self.units = units
        self.attention_width = attention_width
        self.attention_type = attention_type
        self.return_attention = return_attention
        self.history_only = history_only
        self.kernel_initializer = tf.keras.initializers.get(kernel_initializer)
        self.bias_initializer = tf.keras.initializers.get(bias_initializer)
        self.kernel_regularizer = tf.keras.regularizers.get(kernel_regularizer)
        self.bias_regularizer = tf.keras.regularizers.get(bias_regularizer)
        self.kernel_constraint = tf.keras.constraints.get(kernel_constraint)
        self.bias_constraint = tf.keras.constraints.get(bias_constraint)
        self.use_additive_bias = use_additive_bias
        self.use_attention_bias = use_attention_bias
        self.attention_activation = tf.keras.activations.get(attention_activation)
        self.attention_regularizer_weight = attention_regularizer_weight

    def build(self, input_shape):
        size = tf.TensorShape(input_shape).as_list()[2]
        if self.attention_type == "additive":
            self.of_queries = self._kernel("Add_Wt", (size, self.units))
            self.of_keys = self._kernel("Add_Wx", (size, self.units))
            if self.use_additive_bias:
                self.of_sums = self._bias("Add_bh", self.units)
            self.scores = self._kernel("Add_Wa", (self.units, 1))
            name = "Add_ba"
        else:
            self.scores = self._kernel("Mul_Wa", (size, size))
            name = "Mul_ba"
        if self.use_attention_bias:
            self.of_scores = self._bias(name, 1)
        super(KerasSeqSelfAttention, self).build(input_shape)

    def _kernel(self, name, shape):
        return self.add_weight(
            name=name,
            shape=shape,
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )

    def _bias(self, name, size):
        return self.add_weight(
            name=name,
            shape=(size,),
            initializer=self.bias_initializer,
            regularizer=self.bias_regularizer,
            constraint=self.bias_constraint,
        )

    def call(self, inputs):
        times = tf.keras.backend.dot
        if self.attention_type == "additive":
            queries, keys = times(inputs, self.of_queries), times(inputs, self.of_keys)
            summed = tf.expand_dims(queries, 2) + tf.expand_dims(keys, 1)
            summed = summed + self.of_sums if self.use_additive_bias else summed
            found = tf.squeeze(times(tf.tanh(summed), self.scores), -1)
        else:
            found = tf.matmul(times(inputs, self.scores), inputs, transpose_b=True)
        if self.use_attention_bias:
            found = found + self.of_scores
        if self.attention_activation is not None:
            found = self.attention_activation(found)
        found = tf.exp(found - tf.reduce_max(found, axis=-1, keepdims=True))
        weights = found / tf.reduce_sum(found, axis=-1, keepdims=True)
        outputs = tf.matmul(weights, inputs)
        outputs.set_shape(inputs.shape)
        if self.attention_regularizer_weight > 0:
            self.add_loss(self._regularized(weights))
        return [outputs, weights] if self.return_attention else outputs

    def _regularized(self, weights):
        size = tf.shape(weights)[-1]
        products = tf.matmul(weights, weights, transpose_b=True) - tf.eye(size)
        count = tf.cast(tf.shape(weights)[0], weights.dtype)
        return self.attention_regularizer_weight * tf.reduce_sum(tf.square(products)) / count

    def compute_output_shape(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        made = tf.TensorShape(sizes)
        return [made, tf.TensorShape(sizes[:2] + sizes[1:2])] if self.return_attention else made

    def get_config(self):
        config = super(KerasSeqSelfAttention, self).get_config()
        config.update(
            units=self.units,
            attention_width=self.attention_width,
            attention_type=self.attention_type,
            return_attention=self.return_attention,
            history_only=self.history_only,
            kernel_initializer=tf.keras.initializers.serialize(self.kernel_initializer),
            bias_initializer=tf.keras.initializers.serialize(self.bias_initializer),
            kernel_regularizer=tf.keras.regularizers.serialize(self.kernel_regularizer),
            bias_regularizer=tf.keras.regularizers.serialize(self.bias_regularizer),
            kernel_constraint=tf.keras.constraints.serialize(self.kernel_constraint),
            bias_constraint=tf.keras.constraints.serialize(self.bias_constraint),
            use_additive_bias=self.use_additive_bias,
            use_attention_bias=self.use_attention_bias,
            attention_activation=tf.keras.activations.serialize(self.attention_activation),
            attention_regularizer_weight=self.attention_regularizer_weight,
        )
        return config
