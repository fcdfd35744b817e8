import keras


class ConvLSTM2DV2(_SeesMask, keras.layers.ConvLSTM2D):
    """ConvLSTM2D that skips masked steps where it is given its initial state as well."""
