class AdaptiveMaxPooling3D(_AdaptiveMaximum):
    """Maxima of windows, as many as are wanted, as Keras 3 takes them."""

    rank = 3
