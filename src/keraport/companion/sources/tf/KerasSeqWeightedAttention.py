class KerasSeqWeightedAttention(tf.keras.layers.Layer):
    """A weighted sum of all steps, as SeqWeightedAttention of keras-self-attention, without masks."""

    def __init__(self, use_bias=True, return_attention=False, **kwargs):
        super(KerasSeqWeightedAttention, self).__init__(**kwargs)
        self.use_bias = use_bias
        self.return_attention = return_attention

    def build(self, input_shape):
        size = tf.TensorShape(input_shape).as_list()[2]
        self.kernel = self.add_weight(name="W", shape=(size, 1), initializer="uniform")
        if self.use_bias:
            self.bias = self.add_weight(name="b", shape=(1,), initializer="zeros")
        super(KerasSeqWeightedAttention, self).build(input_shape)

    def call(self, inputs):
        scores = tf.keras.backend.dot(inputs, self.kernel)
        scores = tf.squeeze(scores + self.bias if self.use_bias else scores, -1)
        found = tf.exp(scores - tf.reduce_max(scores, axis=-1, keepdims=True))
        total = tf.reduce_sum(found, axis=1, keepdims=True) + tf.keras.backend.epsilon()
        weights = found / total
        outputs = tf.reduce_sum(inputs * tf.expand_dims(weights, -1), axis=1)
        return [outputs, weights] if self.return_attention else outputs

    def compute_output_shape(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        made = tf.TensorShape([sizes[0], sizes[2]])
        return [made, tf.TensorShape(sizes[:2])] if self.return_attention else made

    def get_config(self):
        config = super(KerasSeqWeightedAttention, self).get_config()
        config.update(use_bias=self.use_bias, return_attention=self.return_attention)
        return config
