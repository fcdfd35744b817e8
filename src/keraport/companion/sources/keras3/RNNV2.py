import keras


class RNNV2(_ShapedByCall, _SeesMask, keras.layers.RNN):
    """RNN that skips masked steps where it is given its initial state as well."""
