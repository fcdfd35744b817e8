class MultiHeadAttentionOfKeras3(MultiHeadAttention):
    """Attention of several heads that looks at nothing where all is masked, as Keras 3 has it."""

    def _softmax(self, scores, allowed):
        found = super(MultiHeadAttentionOfKeras3, self)._softmax(scores, allowed)
        if allowed is None:
            return found
        count = len(self.attention_axes or ()) or (scores.shape.ndims - 2) // 2
        for _ in range(scores.shape.ndims - allowed.shape.ndims):
            allowed = tf.expand_dims(allowed, -count * 2 - 1)
        return found * tf.cast(allowed, found.dtype)
