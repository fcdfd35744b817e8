from keras import ops


class _AddonsAveragePooling(_AddonsPooling):
    """The mean of each bin."""

    def _reduced(self, pooled, axes):
        return ops.mean(pooled, axis=axes)
