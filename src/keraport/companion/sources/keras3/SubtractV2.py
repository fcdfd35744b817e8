import keras


class SubtractV2(_MergesMasks, keras.layers.Subtract):
    """Subtract of masked tensors, as Keras had it up to 2.15."""
