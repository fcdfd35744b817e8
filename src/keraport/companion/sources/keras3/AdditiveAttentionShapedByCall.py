import keras


class AdditiveAttentionShapedByCall(
    _ShapedByCall, _MaskedAttention, keras.layers.AdditiveAttention
):
    """AdditiveAttention of masked tensors."""
