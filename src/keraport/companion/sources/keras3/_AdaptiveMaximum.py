from keras import ops


class _AdaptiveMaximum(_AdaptivePooling):
    def _reduced(self, window, axis):
        return ops.max(window, axis=axis, keepdims=True)
