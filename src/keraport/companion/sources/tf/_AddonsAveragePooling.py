class _AddonsAveragePooling(_AddonsPooling):
    """The mean of each bin."""

    def _reduced(self, pooled, axes):
        return tf.reduce_mean(pooled, axis=axes)
