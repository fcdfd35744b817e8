import keras


class AveragePooling1DV2(_AveragesInside, keras.layers.AveragePooling1D):
    """AveragePooling1D whose averages at the borders are those of TensorFlow, on any backend."""
