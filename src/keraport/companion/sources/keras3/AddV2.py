import keras


class AddV2(_MergesMasks, keras.layers.Add):
    """Add of masked tensors, as Keras had it up to 2.15."""
