class _AddonsMaxPooling(_AddonsPooling):
    """The largest of each bin."""

    def _reduced(self, pooled, axes):
        return tf.reduce_max(pooled, axis=axes)
