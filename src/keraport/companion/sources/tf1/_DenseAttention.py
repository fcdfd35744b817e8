class _DenseAttention(tf.keras.layers.Layer):
    """What Attention and AdditiveAttention have in common (BaseDenseAttention of TensorFlow 2.3).

    Called with [query, value] or [query, value, key]. `masks` is the companion's own keyword:
    whether a mask of the queries and one of the values follow as inputs of their own, which is how
    a model says here what it gives there as the argument mask.
    """

    def __init__(self, use_scale=False, causal=False, dropout=0.0, masks=None, **kwargs):
        super(_DenseAttention, self).__init__(**kwargs)
        self.use_scale = use_scale
        self.causal = causal
        self.dropout = dropout
        self.masks = masks
        self.supports_masking = True

    def build(self, input_shape):
        self.scale = None
        if self.use_scale:
            self.scale = self._scale(tf.TensorShape(input_shape[1]).as_list()[-1])
        super(_DenseAttention, self).build(input_shape)

    def call(self, inputs, mask=None, training=None):
        tensors, (query_mask, value_mask) = self._apart(inputs, mask)
        query, value, key = tensors[0], tensors[1], tensors[-1]
        scores = self._scores(query, key)
        padding = None if value_mask is None else tf.expand_dims(value_mask, -2)
        if self.causal:
            earlier = self._earlier(scores)
            padding = earlier if padding is None else tf.logical_and(padding, earlier)
        if padding is not None:
            scores -= 1e9 * tf.cast(tf.logical_not(padding), scores.dtype)
        weights = tf.nn.softmax(scores)
        dropped = weights
        if self.dropout:
            dropped = tf.keras.backend.in_train_phase(
                lambda: tf.nn.dropout(weights, keep_prob=1.0 - self.dropout),
                lambda: tf.identity(weights),
                training=training,
            )
        outputs = _matmul(dropped, value)
        if query_mask is not None:
            outputs *= tf.cast(tf.expand_dims(query_mask, -1), outputs.dtype)
        if self.dropout and training is None:
            outputs._uses_learning_phase = True
        return outputs

    def compute_mask(self, inputs, mask=None):
        query_mask = self._apart(inputs, mask)[1][0]
        return None if query_mask is None else tf.convert_to_tensor(query_mask)

    def _apart(self, inputs, mask):
        """The tensors, and the masks of queries and values."""
        if not self.masks:
            return inputs, (list(mask[:2]) if mask else [None, None])
        count = sum(map(bool, self.masks))
        extra = list(inputs[-count:])
        return inputs[:-count], [tf.cast(extra.pop(0), tf.bool) if m else None for m in self.masks]

    @staticmethod
    def _earlier(scores):
        """True where a query may look: at its own step and at those before."""
        rows, columns = tf.shape(scores)[-2], tf.shape(scores)[-1]
        return tf.greater_equal(tf.range(rows)[:, tf.newaxis], tf.range(columns)[tf.newaxis, :])

    def compute_output_shape(self, input_shape):
        query, value = [tf.TensorShape(shape).as_list() for shape in input_shape[:2]]
        return tf.TensorShape(query[:-1] + value[-1:])

    def get_config(self):
        config = super(_DenseAttention, self).get_config()
        config.update(use_scale=self.use_scale, causal=self.causal, dropout=self.dropout)
        if self.masks:
            config.update(masks=self.masks)
        return config
