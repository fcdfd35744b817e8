import keras
from keras import ops


class KerasSeqWeightedAttention(keras.layers.Layer):
    """A weighted sum of all steps, as SeqWeightedAttention of keras-self-attention, without masks."""

    def __init__(self, use_bias=True, return_attention=False, **kwargs):
        super().__init__(**kwargs)
        self.use_bias = use_bias
        self.return_attention = return_attention

    def build(self, input_shape):
        self.of_steps = self.add_weight(
            name="W", shape=(input_shape[2], 1), initializer="random_uniform"
        )
        if self.use_bias:
            self.bias = self.add_weight(name="b", shape=(1,), initializer="zeros")
        super().build(input_shape)

    def call(self, inputs):
        scores = ops.matmul(inputs, self.of_steps)
        scores = ops.squeeze(scores + self.bias if self.use_bias else scores, -1)
        found = ops.exp(scores - ops.max(scores, axis=-1, keepdims=True))
        weights = found / (ops.sum(found, axis=1, keepdims=True) + keras.config.epsilon())
        outputs = ops.sum(inputs * ops.expand_dims(weights, -1), axis=1)
        return [outputs, weights] if self.return_attention else outputs

    def compute_output_shape(self, input_shape):
        made = (input_shape[0], input_shape[2])
        return [made, tuple(input_shape[:2])] if self.return_attention else made

    def get_config(self):
        return {
            **super().get_config(),
            "use_bias": self.use_bias,
            "return_attention": self.return_attention,
        }
