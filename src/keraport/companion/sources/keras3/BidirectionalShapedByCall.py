import keras


class BidirectionalShapedByCall(_ShapedByCall, keras.layers.Bidirectional):
    """Bidirectional that gives its states in a graph."""
