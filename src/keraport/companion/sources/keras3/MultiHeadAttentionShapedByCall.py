import keras


class MultiHeadAttentionShapedByCall(_ShapedByCall, keras.layers.MultiHeadAttention):
    """MultiHeadAttention that gives its scores, or outputs of another width, in a graph."""
