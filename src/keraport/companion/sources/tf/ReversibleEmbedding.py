class ReversibleEmbedding(tf.keras.layers.Embedding):
    """Numbers to vectors, and vectors to how much they are like each number, as in Keras 3."""

    def __init__(
        self,
        input_dim,
        output_dim,
        tie_weights=True,
        reverse_dtype=None,
        logit_soft_cap=None,
        **kwargs
    ):
        super(ReversibleEmbedding, self).__init__(input_dim, output_dim, **kwargs)
        self.tie_weights = tie_weights
        self.reverse_dtype = reverse_dtype
        self.logit_soft_cap = logit_soft_cap

    def build(self, input_shape):
        super(ReversibleEmbedding, self).build(input_shape)
        if not self.tie_weights:
            self.reverse_embeddings = self.add_weight(
                name="reverse_embeddings",
                shape=(self.output_dim, self.input_dim),
                initializer=self.embeddings_initializer,
            )

    def call(self, inputs, reverse=False):
        if not reverse:
            return super(ReversibleEmbedding, self).call(inputs)
        kernel = tf.transpose(self.embeddings) if self.tie_weights else self.reverse_embeddings
        if self.reverse_dtype is not None:
            inputs, kernel = tf.cast(inputs, self.reverse_dtype), tf.cast(kernel, self.reverse_dtype)
        rank = inputs.shape.ndims
        logits = tf.tensordot(inputs, kernel, axes=[[rank - 1], [0]])
        logits.set_shape(inputs.shape.as_list()[:-1] + [self.input_dim])
        if self.logit_soft_cap is not None:
            logits = tf.tanh(logits / self.logit_soft_cap) * self.logit_soft_cap
        return logits

    def compute_output_shape(self, input_shape, reverse=False):
        sizes = tf.TensorShape(input_shape).as_list()
        return tf.TensorShape(sizes + [self.output_dim])

    def get_config(self):
        config = super(ReversibleEmbedding, self).get_config()
        config.update(
            tie_weights=self.tie_weights,
            reverse_dtype=self.reverse_dtype,
            logit_soft_cap=self.logit_soft_cap,
        )
        return config
