class _DenseAttention(tf.keras.layers.Layer):
    """What Attention and AdditiveAttention have in common (BaseDenseAttention of TensorFlow 2).

    Called with [query, value] or [query, value, key]. `masks` and `scores` are the companion's own
    keywords: whether a mask of the queries and one of the values follow as inputs of their own, and
    whether it gives its scores as well. There these are arguments of its calls.
    """

    def __init__(
        self, use_scale=False, causal=False, dropout=0.0, masks=None, scores=False, **kwargs
    ):
        super(_DenseAttention, self).__init__(**kwargs)
        self.use_scale = use_scale
        self.causal = causal
        self.dropout = dropout
        self.masks = masks
        self.scores = scores
        self.supports_masking = True

    def build(self, input_shape):
        self.scale = None
        if self.use_scale:
            self.scale = self._scale(tf.TensorShape(input_shape[0]).as_list()[-1])
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
            large = 65504.0 if scores.dtype == tf.float16 else 1e9
            scores -= large * tf.cast(tf.logical_not(padding), scores.dtype)
        weights = tf.nn.softmax(scores)
        dropped = _dropped(self, weights, training) if self.dropout else weights
        outputs = _matmul(dropped, value)
        if query_mask is not None:
            outputs *= tf.cast(tf.expand_dims(query_mask, -1), outputs.dtype)
        return [outputs, dropped] if self.scores else outputs

    def compute_mask(self, inputs, mask=None):
        query_mask = self._apart(inputs, mask)[1][0]
        found = None if query_mask is None else tf.convert_to_tensor(query_mask)
        return [found, None] if self.scores else found

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
        made = tf.TensorShape(query[:-1] + value[-1:])
        return [made, tf.TensorShape(query[:-1] + value[-2:-1])] if self.scores else made

    def get_config(self):
        config = super(_DenseAttention, self).get_config()
        config.update(use_scale=self.use_scale, causal=self.causal, dropout=self.dropout)
        if self.masks:
            config.update(masks=self.masks)
        if self.scores:
            config.update(scores=self.scores)
        return config
