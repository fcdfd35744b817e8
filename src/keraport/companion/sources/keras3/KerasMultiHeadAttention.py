import keras
from keras import ops


class KerasMultiHeadAttention(keras.layers.Layer):
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
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.head_num = head_num
        self.activation = keras.activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.bias_regularizer = keras.regularizers.get(bias_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)
        self.bias_constraint = keras.constraints.get(bias_constraint)
        self.history_only = history_only

    def build(self, input_shape):
        several = isinstance(input_shape[0], (list, tuple))
        sizes = [shape[-1] for shape in input_shape] if several else [input_shape[-1]] * 3
        given = dict(zip("qkvo", [*sizes, sizes[-1]], strict=True))
        for part in "qkvo":
            kernel = self.add_weight(
                name=f"W{part}",
                shape=(given[part], sizes[-1]),
                initializer=self.kernel_initializer,
                regularizer=self.kernel_regularizer,
                constraint=self.kernel_constraint,
            )
            setattr(self, f"W{part}", kernel)
            if self.use_bias:
                bias = self.add_weight(
                    name=f"b{part}",
                    shape=(sizes[-1],),
                    initializer=self.bias_initializer,
                    regularizer=self.bias_regularizer,
                    constraint=self.bias_constraint,
                )
                setattr(self, f"b{part}", bias)
        super().build(input_shape)

    def _projected(self, tensor, part):
        made = ops.matmul(tensor, getattr(self, f"W{part}"))
        return self.activation(made + getattr(self, f"b{part}") if self.use_bias else made)

    def _heads(self, tensor):
        given, size = ops.shape(tensor), tensor.shape[-1]
        parts = (given[0], given[1], self.head_num, size // self.head_num)
        return ops.transpose(ops.reshape(tensor, parts), (0, 2, 1, 3))

    def call(self, inputs):
        given = inputs if isinstance(inputs, (list, tuple)) else [inputs] * 3
        query, key, value = (
            self._heads(self._projected(tensor, part))
            for tensor, part in zip(given, "qkv", strict=True)
        )
        scores = ops.matmul(query, ops.transpose(key, (0, 1, 3, 2))) / query.shape[-1] ** 0.5
        if self.history_only:
            steps, earlier = ops.shape(scores)[-2], ops.shape(scores)[-1]
            later = ops.arange(earlier)[None, :] > ops.arange(steps)[:, None]
            scores = scores - 10000.0 * ops.cast(later, scores.dtype)
        scores = ops.exp(scores - ops.max(scores, axis=-1, keepdims=True))
        weights = scores / ops.sum(scores, axis=-1, keepdims=True)
        joined = ops.transpose(ops.matmul(weights, value), (0, 2, 1, 3))
        sizes = ops.shape(joined)
        joined = ops.reshape(joined, (sizes[0], sizes[1], given[-1].shape[-1]))
        return self._projected(joined, "o")

    def compute_mask(self, inputs, mask=None):
        return mask[0] if isinstance(mask, (list, tuple)) else mask

    def compute_output_shape(self, input_shape):
        several = isinstance(input_shape[0], (list, tuple))
        first, last = (input_shape[0], input_shape[-1]) if several else (input_shape,) * 2
        return (*first[:-1], last[-1])

    def get_config(self):
        return {
            **super().get_config(),
            "head_num": self.head_num,
            "activation": keras.activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
            "kernel_regularizer": keras.regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": keras.regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": keras.constraints.serialize(self.kernel_constraint),
            "bias_constraint": keras.constraints.serialize(self.bias_constraint),
            "history_only": self.history_only,
        }
