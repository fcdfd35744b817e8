class AdaptiveAveragePooling2D(_AdaptiveAveragePooling):
    """The mean of each part, of as many parts as asked for."""

    rank = 2
