class _AdaptiveAverage(_AdaptivePooling):
    def _reduced(self, window, axis):
        return tf.reduce_mean(window, axis=axis, keepdims=True)
