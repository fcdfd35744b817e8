import keras


class MinimumV2(_MergesMasks, keras.layers.Minimum):
    """Minimum of masked tensors, as Keras had it up to 2.15."""
