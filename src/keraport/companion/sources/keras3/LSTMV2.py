import keras


class LSTMV2(_SeesMask, keras.layers.LSTM):
    """LSTM that skips masked steps where it is given its initial state as well."""
