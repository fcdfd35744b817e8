from keras import ops


class _AdaptiveAverage(_AdaptivePooling):
    def _reduced(self, window, axis):
        return ops.mean(window, axis=axis, keepdims=True)
