import keras
from keras import ops


class MultiHeadAttentionV2(_ShapedByCall, keras.layers.MultiHeadAttention):
    """MultiHeadAttention as Keras had it up to 2.15.

    Where a mask leaves nothing to attend to, it attends to everything; in Keras 3 to nothing. What
    it is called with keeps its mask; in Keras 3 it loses it.
    """

    def call(
        self,
        query,
        value,
        key=None,
        query_mask=None,
        value_mask=None,
        key_mask=None,
        attention_mask=None,
        return_attention_scores=False,
        training=None,
        use_causal_mask=False,
    ):
        if query_mask is not None:
            # Later releases look for it at the query, whose copy has none.
            asked = ops.expand_dims(ops.cast(query_mask, "bool"), -1)
            if attention_mask is not None:
                asked = ops.logical_and(ops.cast(attention_mask, "bool"), asked)
            attention_mask = asked
        return super().call(
            ops.copy(query),
            ops.copy(value),
            key=None if key is None else ops.copy(key),
            query_mask=None,
            value_mask=value_mask,
            key_mask=key_mask,
            attention_mask=attention_mask,
            return_attention_scores=return_attention_scores,
            training=training,
            use_causal_mask=use_causal_mask,
        )

    def _compute_attention(
        self,
        query,
        key,
        value,
        attention_mask=None,
        training=None,
        return_attention_scores=False,
        use_causal_mask=False,
    ):
        if use_causal_mask:
            causal = self._compute_causal_mask(query, value)
            if attention_mask is not None:
                causal = ops.logical_and(ops.cast(attention_mask, "bool"), causal)
            attention_mask = causal
        query = query * ops.cast(self._inverse_sqrt_key_dim, query.dtype)
        scores = ops.einsum(self._dot_product_equation, key, query)
        if attention_mask is not None:
            axis = -len(self._attention_axes) * 2 - 1
            for _ in range(len(scores.shape) - len(attention_mask.shape)):
                attention_mask = ops.expand_dims(attention_mask, axis)
            lowest = (
                -32752.0 if keras.backend.standardize_dtype(scores.dtype) == "float16" else -1e9
            )
            kept = ops.cast(attention_mask, scores.dtype)
            scores = scores + (1.0 - kept) * ops.cast(lowest, scores.dtype)
        scores = self._softmax(scores)
        used = self._dropout_layer(scores, training=training) if self._dropout else scores
        return ops.einsum(self._combine_equation, used, value), scores
