import keras


class Conv2DV2(_ExtraBatchDimensions, keras.layers.Conv2D):
    """Conv2D that takes inputs with several batch dimensions."""
