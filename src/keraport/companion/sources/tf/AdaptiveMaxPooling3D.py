class AdaptiveMaxPooling3D(_AdaptiveMaxPooling):
    """The largest value of each part, of as many parts as asked for."""

    rank = 3
