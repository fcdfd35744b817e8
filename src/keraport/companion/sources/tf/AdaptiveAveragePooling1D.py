class AdaptiveAveragePooling1D(_AdaptiveAveragePooling):
    """The mean of each part, of as many parts as asked for."""

    rank = 1
