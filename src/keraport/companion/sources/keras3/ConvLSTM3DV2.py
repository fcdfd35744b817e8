import keras


class ConvLSTM3DV2(_SeesMask, keras.layers.ConvLSTM3D):
    """ConvLSTM3D that skips masked steps where it is given its initial state as well."""
