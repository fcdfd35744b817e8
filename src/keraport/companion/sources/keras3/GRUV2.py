import keras


class GRUV2(_SeesMask, keras.layers.GRU):
    """GRU that skips masked steps where it is given its initial state as well."""
