class AdaptiveAveragePooling2D(_AdaptiveAverage):
    """Averages over windows, as many as are wanted, as Keras 3.13 and later do."""

    rank = 2
