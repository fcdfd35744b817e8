class _AdaptiveMaximum(_AdaptivePooling):
    def _reduced(self, window, axis):
        return tf.reduce_max(window, axis=axis, keepdims=True)
