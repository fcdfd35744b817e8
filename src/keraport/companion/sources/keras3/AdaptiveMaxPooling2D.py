class AdaptiveMaxPooling2D(_AdaptiveMaximum):
    """Takes the largest of windows, as many as are wanted, as Keras 3.13 and later do."""

    rank = 2
