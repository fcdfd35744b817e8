from keras import ops


class _AddonsMaxPooling(_AddonsPooling):
    """The largest of each bin."""

    def _reduced(self, pooled, axes):
        return ops.max(pooled, axis=axes)
