import keras


class BidirectionalV2(_SeesMask, keras.layers.Bidirectional):
    """Bidirectional that skips masked steps where it is given its initial state as well."""
