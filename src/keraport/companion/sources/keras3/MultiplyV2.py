import keras


class MultiplyV2(_MergesMasks, keras.layers.Multiply):
    """Multiply of masked tensors, as Keras had it up to 2.15."""
