import keras


class RNNShapedByCall(_ShapedByCall, keras.layers.RNN):
    """RNN that gives the states of stacked cells in a graph."""
