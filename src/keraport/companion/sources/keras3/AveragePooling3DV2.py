import keras


class AveragePooling3DV2(_AveragesInside, keras.layers.AveragePooling3D):
    """AveragePooling3D whose averages at the borders are those of TensorFlow, on any backend."""
