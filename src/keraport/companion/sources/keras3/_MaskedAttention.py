from keras import ops


class _MaskedAttention(object):
    """Attention that the masks of its queries and values reach.

    Up to Keras 3.11 its call fails: it takes no list of masks with None in it, and compares a mask
    of steps with scores of each query. Keras 3.0 to 3.3 look for the mask of a list, to hand it on.
    """

    def call(self, inputs, training=False, return_attention_scores=False, use_causal_mask=False):
        return super().call(
            inputs,
            mask=self._masks(inputs),
            training=training,
            return_attention_scores=return_attention_scores,
            use_causal_mask=use_causal_mask,
        )

    def compute_mask(self, inputs, mask=None):
        return self._masks(inputs)[0]

    def _masks(self, inputs):
        return [getattr(item, "_keras_mask", None) for item in inputs]

    def _calculate_score_mask(self, scores, v_mask, use_causal_mask):
        if v_mask is not None and not use_causal_mask:
            return ops.expand_dims(v_mask, axis=-2)
        return super()._calculate_score_mask(scores, v_mask, use_causal_mask)
