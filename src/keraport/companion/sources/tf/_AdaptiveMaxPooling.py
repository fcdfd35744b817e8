class _AdaptiveMaxPooling(_AdaptivePooling):
    def pooled(self, inputs, axis):
        return tf.reduce_max(inputs, axis=axis, keepdims=True)
