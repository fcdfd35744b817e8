import keras


class Conv3DV2(_ExtraBatchDimensions, keras.layers.Conv3D):
    """Conv3D that takes inputs with several batch dimensions."""
