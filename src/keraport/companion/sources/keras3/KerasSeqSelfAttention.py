import keras
from keras import ops


class KerasSeqSelfAttention(keras.layers.Layer):
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
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.units = units
        self.attention_width = attention_width
        self.attention_type = attention_type
        self.return_attention = return_attention
        self.history_only = history_only
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.bias_regularizer = keras.regularizers.get(bias_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)
        self.bias_constraint = keras.constraints.get(bias_constraint)
        self.use_additive_bias = use_additive_bias
        self.use_attention_bias = use_attention_bias
        self.attention_activation = keras.activations.get(attention_activation)
        self.attention_regularizer_weight = attention_regularizer_weight

    def build(self, input_shape):
        size = input_shape[2]
        if self.attention_type == "additive":
            self.of_queries = self._kernel("Wt", (size, self.units))
            self.of_keys = self._kernel("Wx", (size, self.units))
            if self.use_additive_bias:
                self.of_sums = self._bias("bh", self.units)
            self.scores = self._kernel("Wa", (self.units, 1))
        else:
            self.scores = self._kernel("Wa", (size, size))
        if self.use_attention_bias:
            self.of_scores = self._bias("ba", 1)
        super().build(input_shape)

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
        if self.attention_type == "additive":
            queries = ops.matmul(inputs, self.of_queries)
            keys = ops.matmul(inputs, self.of_keys)
            summed = ops.expand_dims(queries, 2) + ops.expand_dims(keys, 1)
            summed = summed + self.of_sums if self.use_additive_bias else summed
            found = ops.squeeze(ops.matmul(ops.tanh(summed), self.scores), -1)
        else:
            found = ops.matmul(ops.matmul(inputs, self.scores), ops.transpose(inputs, (0, 2, 1)))
        if self.use_attention_bias:
            found = found + self.of_scores
        found = self.attention_activation(found)
        found = ops.exp(found - ops.max(found, axis=-1, keepdims=True))
        weights = found / ops.sum(found, axis=-1, keepdims=True)
        outputs = ops.matmul(weights, inputs)
        if self.attention_regularizer_weight > 0:
            products = ops.matmul(weights, ops.transpose(weights, (0, 2, 1)))
            steps = ops.arange(ops.shape(weights)[-1])
            same = ops.cast(steps[:, None] == steps[None, :], weights.dtype)
            count = ops.cast(ops.shape(weights)[0], weights.dtype)
            total = ops.sum(ops.square(products - same)) / count
            self.add_loss(self.attention_regularizer_weight * total)
        return [outputs, weights] if self.return_attention else outputs

    def compute_output_shape(self, input_shape):
        made = tuple(input_shape)
        return [made, (*made[:2], made[1])] if self.return_attention else made

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "attention_width": self.attention_width,
            "attention_type": self.attention_type,
            "return_attention": self.return_attention,
            "history_only": self.history_only,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
            "kernel_regularizer": keras.regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": keras.regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": keras.constraints.serialize(self.kernel_constraint),
            "bias_constraint": keras.constraints.serialize(self.bias_constraint),
            "use_additive_bias": self.use_additive_bias,
            "use_attention_bias": self.use_attention_bias,
            "attention_activation": keras.activations.serialize(self.attention_activation),
            "attention_regularizer_weight": self.attention_regularizer_weight,
        }
