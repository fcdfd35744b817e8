import keras


class MaximumV2(_MergesMasks, keras.layers.Maximum):
    """Maximum of masked tensors, as Keras had it up to 2.15."""
