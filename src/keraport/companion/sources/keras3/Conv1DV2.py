import keras


class Conv1DV2(_ExtraBatchDimensions, keras.layers.Conv1D):
    """Conv1D that takes inputs with several batch dimensions."""
