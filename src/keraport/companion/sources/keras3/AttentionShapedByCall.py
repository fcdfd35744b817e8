import keras


class AttentionShapedByCall(_ShapedByCall, _MaskedAttention, keras.layers.Attention):
    """Attention of masked tensors."""
