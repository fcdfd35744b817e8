class _AdaptiveAveragePooling(_AdaptivePooling):
    def pooled(self, inputs, axis):
        return tf.reduce_mean(inputs, axis=axis, keepdims=True)
