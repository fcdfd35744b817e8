import keras
import numpy as np
from keras import ops


class MultiHeadAttentionByEinsum(keras.layers.MultiHeadAttention):
    """MultiHeadAttention of Keras 3 whose values may be of another size than its keys on jax too."""

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
        if self._dropout > 0.0 or return_attention_scores or len(query.shape) != 4:
            return super()._compute_attention(
                query,
                key,
                value,
                attention_mask=attention_mask,
                training=training,
                return_attention_scores=return_attention_scores,
                use_causal_mask=use_causal_mask,
            )
        scores = ops.einsum("btnh,bsnh->bnts", query, key)
        scores = ops.cast(scores, keras.backend.result_type(scores.dtype, "float32"))
        scores = scores * self._inverse_sqrt_key_dim
        if attention_mask is not None:
            seen = ops.cast(attention_mask, "bool")
            scores = self._without(scores, ops.expand_dims(seen, 1) if seen.ndim == 3 else seen)
        if use_causal_mask:
            seen = np.tril(np.ones((query.shape[1], key.shape[1]), "bool"))
            scores = self._without(scores, ops.convert_to_tensor(seen))
        shares = ops.cast(ops.softmax(scores, axis=-1), key.dtype)
        return ops.einsum("bnts,bsnh->btnh", shares, value), None

    @staticmethod
    def _without(scores, seen):
        lowest = np.finfo(keras.backend.standardize_dtype(scores.dtype)).max * -0.7
        return ops.where(seen, scores, ops.cast(lowest, scores.dtype))
