import keras
from keras import ops


class CategoryEncodingV2(keras.layers.Layer):
    """CategoryEncoding of TensorFlow 2.3, which weighs what it counts.

    Called with two tensors, it takes the second for count_weights. With sparse=True it gives the
    same numbers as a dense tensor.
    """

    def __init__(self, max_tokens=None, output_mode="binary", sparse=False, **kwargs):
        super().__init__(**kwargs)
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
                name="idf", shape=(self.max_tokens,), initializer="zeros", trainable=False
            )
        self.built = True

    def call(self, inputs):
        values, weights = inputs if isinstance(inputs, (list, tuple)) else (inputs, None)
        values = ops.cast(values, "int32")
        if len(values.shape) == 1:
            values = ops.expand_dims(values, 1)
            weights = None if weights is None else ops.expand_dims(weights, 1)
        # A category that is none gives a row of zeros.
        counts = ops.one_hot(values, self.max_tokens, dtype=keras.config.floatx())
        if weights is not None:
            counts = counts * ops.expand_dims(ops.cast(weights, counts.dtype), -1)
        counts = ops.sum(counts, axis=1)
        if self.output_mode == "tf-idf":
            return counts * self.idf
        return ops.cast(counts > 0, counts.dtype) if self.output_mode == "binary" else counts

    def compute_output_shape(self, input_shape):
        several = isinstance(input_shape[0], (list, tuple))
        return ((input_shape[0] if several else input_shape)[0], self.max_tokens)

    def get_config(self):
        config = super().get_config()
        config.update(max_tokens=self.max_tokens, output_mode=self.output_mode, sparse=self.sparse)
        return config
