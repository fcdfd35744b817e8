import keras


class ConvLSTM1DV2(_SeesMask, keras.layers.ConvLSTM1D):
    """ConvLSTM1D that skips masked steps where it is given its initial state as well."""
