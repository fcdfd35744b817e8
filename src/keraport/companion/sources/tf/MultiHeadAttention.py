class MultiHeadAttention(tf.keras.layers.Layer):
    """Attention of several heads, as tf.keras has it since TensorFlow 2.4.

    `given`, `causal` and `scores` are the companion's own keywords: which tensors follow the
    queries in the list that it is called with, whether no query looks at later steps, and whether
    it gives the scores as well. There these are arguments of its calls.
    """

    def __init__(
        self,
        num_heads,
        key_dim,
        value_dim=None,
        dropout=0.0,
        use_bias=True,
        output_shape=None,
        attention_axes=None,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        given=("value",),
        causal=False,
        scores=False,
        **kwargs
    ):
        super(MultiHeadAttention, self).__init__(
            activity_regularizer=tf.keras.regularizers.get(activity_regularizer), **kwargs
        )
        self.num_heads = num_heads
        self.key_dim = key_dim
        self.value_dim = value_dim or key_dim
        self.dropout = dropout
        self.use_bias = use_bias
        self.sizes = output_shape
        one = output_shape is None or isinstance(output_shape, int)
        self.attention_axes = attention_axes and [axis for axis in attention_axes]
        self._output_sizes = [output_shape] if one else list(output_shape)
        self.kernel_initializer = tf.keras.initializers.get(kernel_initializer)
        self.bias_initializer = tf.keras.initializers.get(bias_initializer)
        self.kernel_regularizer = tf.keras.regularizers.get(kernel_regularizer)
        self.bias_regularizer = tf.keras.regularizers.get(bias_regularizer)
        self.kernel_constraint = tf.keras.constraints.get(kernel_constraint)
        self.bias_constraint = tf.keras.constraints.get(bias_constraint)
        self.given = list(given)
        self.causal = causal
        self.scores = scores
        self.supports_masking = True

    def build(self, input_shape):
        shapes = [tf.TensorShape(shape).as_list() for shape in input_shape]
        named = dict(zip(["query"] + self.given, shapes))
        query, value = named["query"], named["value"]
        key = named.get("key", value)
        last = [query[-1]] if self._output_sizes == [None] else self._output_sizes
        self._weights_of = {
            "query": self._dense("query", [query[-1]], [self.num_heads, self.key_dim]),
            "key": self._dense("key", [key[-1]], [self.num_heads, self.key_dim]),
            "value": self._dense("value", [value[-1]], [self.num_heads, self.value_dim]),
            "output": self._dense("attention_output", [self.num_heads, self.value_dim], last),
        }
        super(MultiHeadAttention, self).build(input_shape)

    def _dense(self, name, inputs, outputs):
        kernel = self.add_weight(
            name=name + "/kernel",
            shape=inputs + outputs,
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        if not self.use_bias:
            return kernel, None
        bias = self.add_weight(
            name=name + "/bias",
            shape=outputs,
            initializer=self.bias_initializer,
            regularizer=self.bias_regularizer,
            constraint=self.bias_constraint,
        )
        return kernel, bias

    def call(self, inputs, mask=None, training=None):
        named = dict(zip(["query"] + self.given, inputs))
        masks = dict(zip(["query"] + self.given, mask or [None] * len(inputs)))
        query, value = named["query"], named["value"]
        allowed = self._allowed(query, value, masks, named.get("attention_mask"))
        heads = self._projected("query", query) * (1.0 / float(self.key_dim) ** 0.5)
        keys = self._projected("key", named.get("key", value))
        values = self._projected("value", value)
        scores_of, mixed_of = self._equations(heads.shape.ndims)
        scores = self._softmax(_einsum(scores_of, keys, heads), allowed)
        dropped = _dropped(self, scores, training) if self.dropout else scores
        kernel, bias = self._weights_of["output"]
        letters = "abcdefghijklmn"[: values.shape.ndims]
        made = "uvwxyz"[: kernel.shape.ndims - 2]
        outputs = _einsum(
            "%s,%s%s->%s%s" % (letters, letters[-2:], made, letters[:-2], made),
            _einsum(mixed_of, dropped, values),
            kernel,
        )
        outputs = outputs if bias is None else outputs + bias
        outputs.set_shape(self._made_shapes([x.shape for x in inputs])[0])
        if not self.scores:
            return outputs
        scores.set_shape(self._made_shapes([x.shape for x in inputs])[1])
        return [outputs, scores]

    def _projected(self, name, tensor):
        kernel, bias = self._weights_of[name]
        letters = "abcdefghijklmn"[: tensor.shape.ndims]
        outputs = _einsum("%s,%syz->%syz" % (letters, letters[-1], letters[:-1]), tensor, kernel)
        return outputs if bias is None else outputs + bias

    def _axes(self, rank):
        """The axes that it attends over, of tensors with heads."""
        return self.attention_axes or list(range(1, rank - 2))

    def _equations(self, rank):
        """How keys meet queries, and how scores meet values."""
        axes = self._axes(rank)
        target = "abcdefghijklmn"[:rank]
        source = "".join(
            "opqrstuvwxyz"[axes.index(i)] if i in axes else target[i] for i in range(rank)
        )
        batch = [i for i in range(rank) if i not in axes and i != rank - 1]
        product = "".join(
            [target[i] for i in batch] + [target[i] for i in axes] + [source[i] for i in axes]
        )
        return (
            "%s,%s->%s" % (source, target, product),
            "%s,%s->%s" % (product, source, target),
        )

    def _allowed(self, query, value, masks, given):
        """Where queries may look: [batch, queries, values], or None where everywhere."""
        parts = []
        if masks["query"] is not None:
            parts.append(tf.cast(masks["query"], tf.bool)[:, :, tf.newaxis])
        for name in ("value", "key"):
            if masks.get(name) is not None:
                parts.append(tf.cast(masks[name], tf.bool)[:, tf.newaxis, :])
        if self.causal:
            rows, columns = tf.range(tf.shape(query)[1]), tf.range(tf.shape(value)[1])
            parts.append((rows[:, tf.newaxis] >= columns[tf.newaxis, :])[tf.newaxis])
        if given is not None:
            parts.append(tf.cast(given, tf.bool) if parts else given)
        if not parts:
            return None
        allowed = parts[0]
        for part in parts[1:]:
            allowed = tf.logical_and(allowed, part)
        return allowed

    def _softmax(self, scores, allowed):
        count = len(self._axes(scores.shape.ndims)) if self.attention_axes else None
        count = count or (scores.shape.ndims - 2) // 2
        if allowed is not None:
            for _ in range(scores.shape.ndims - allowed.shape.ndims):
                allowed = tf.expand_dims(allowed, -count * 2 - 1)
            scores += (1.0 - tf.cast(allowed, scores.dtype)) * _large_negative(scores.dtype)
        if count == 1:
            return tf.nn.softmax(scores)
        axes = list(range(scores.shape.ndims - count, scores.shape.ndims))
        return tf.exp(scores - tf.reduce_logsumexp(scores, axis=axes, keepdims=True))

    def _made_shapes(self, shapes):
        named = dict(zip(["query"] + self.given, shapes))
        query = tf.TensorShape(named["query"]).as_list()
        value = tf.TensorShape(named["value"]).as_list()
        last = query[-1:] if self._output_sizes == [None] else self._output_sizes
        axes = self._axes(len(query) + 1)
        others = [query[i] for i in range(len(query) - 1) if i not in axes]
        scores = others + [self.num_heads] + [query[i] for i in axes] + [value[i] for i in axes]
        return [tf.TensorShape(query[:-1] + last), tf.TensorShape(scores)]

    def compute_mask(self, inputs, mask=None):
        found = mask[0] if mask else None
        return [found, None] if self.scores else found

    def compute_output_shape(self, input_shape):
        shapes = self._made_shapes(input_shape)
        return shapes if self.scores else shapes[0]

    def get_config(self):
        config = super(MultiHeadAttention, self).get_config()
        config.update(
            num_heads=self.num_heads,
            key_dim=self.key_dim,
            value_dim=self.value_dim,
            dropout=self.dropout,
            use_bias=self.use_bias,
            output_shape=self.sizes,
            attention_axes=self.attention_axes,
            kernel_initializer=tf.keras.initializers.serialize(self.kernel_initializer),
            bias_initializer=tf.keras.initializers.serialize(self.bias_initializer),
            kernel_regularizer=tf.keras.regularizers.serialize(self.kernel_regularizer),
            bias_regularizer=tf.keras.regularizers.serialize(self.bias_regularizer),
            activity_regularizer=tf.keras.regularizers.serialize(self.activity_regularizer),
            kernel_constraint=tf.keras.constraints.serialize(self.kernel_constraint),
            bias_constraint=tf.keras.constraints.serialize(self.bias_constraint),
            given=self.given,
            causal=self.causal,
            scores=self.scores,
        )
        return config
