class _CategoryEncoding(_PreprocessingLayer):
    """Which categories come in each sample, or how often, as tf.keras has it since TensorFlow 2.3.

    Called with two tensors, it takes the second for count_weights. With sparse=True it gives the
    same numbers as a dense tensor.
    """

    def __init__(self, max_tokens=None, output_mode="binary", sparse=False, **kwargs):
        super(_CategoryEncoding, self).__init__(**kwargs)
        if max_tokens is None:
            raise ValueError("%s needs max_tokens" % self.name)
        if output_mode not in ("binary", "count", "tf-idf"):
            raise ValueError("%s has the unknown output_mode %r" % (self.name, output_mode))
        self.max_tokens = max_tokens
        self.output_mode = output_mode
        self.sparse = sparse

    def build(self, input_shape):
        if self.output_mode == "tf-idf":
            self.idf = self.add_weight(
                name="idf",
                shape=[self.max_tokens],
                dtype=tf.keras.backend.floatx(),
                initializer="zeros",
                trainable=False,
            )
        super(_CategoryEncoding, self).build(input_shape)

    def call(self, inputs):
        values, weights = inputs if isinstance(inputs, (list, tuple)) else (inputs, None)
        if values.dtype not in (tf.int32, tf.int64):
            values = tf.cast(values, tf.int32)
        values = tf.expand_dims(values, 1) if values.shape.ndims == 1 else values
        depth = tf.constant(self.max_tokens, values.dtype)
        if self.output_mode != "tf-idf":
            # Larger categories make the output wider than it says, also in TensorFlow 2.3.
            depth = tf.maximum(depth, tf.reduce_max(values) + 1)
        if weights is None:
            weights = tf.ones(tf.shape(values), tf.keras.backend.floatx())
        counts = self._counts(values, weights, depth)
        if self.output_mode == "tf-idf":
            return counts * self.idf
        if self.output_mode == "binary":
            return tf.cast(counts > 0, counts.dtype)
        return counts

    def _counts(self, values, weights, depth):
        rows = tf.shape(values, out_type=values.dtype)[0]
        places = tf.range(rows)[:, tf.newaxis] * depth + values
        known = (values >= 0) & (values < depth)
        places = tf.where(known, places, -tf.ones_like(places))
        counts = tf.math.unsorted_segment_sum(
            tf.reshape(weights, [-1]), tf.reshape(places, [-1]), rows * depth
        )
        counts = tf.reshape(counts, tf.stack([rows, depth]))
        counts.set_shape([values.shape[0], self.max_tokens])
        return counts

    def compute_output_shape(self, input_shape):
        first = input_shape[0] if isinstance(input_shape, list) else input_shape
        return tf.TensorShape([tf.TensorShape(first).as_list()[0], self.max_tokens])

    def get_config(self):
        config = super(_CategoryEncoding, self).get_config()
        config.update(max_tokens=self.max_tokens, output_mode=self.output_mode, sparse=self.sparse)
        return config
