import keras


class AveragePooling2DV2(_AveragesInside, keras.layers.AveragePooling2D):
    """AveragePooling2D whose averages at the borders are those of TensorFlow, on any backend."""
