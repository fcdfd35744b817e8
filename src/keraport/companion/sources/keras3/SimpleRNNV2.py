import keras


class SimpleRNNV2(_SeesMask, keras.layers.SimpleRNN):
    """SimpleRNN that skips masked steps where it is given its initial state as well."""
