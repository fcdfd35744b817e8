class RandomInvert(_Augmentation):
    """RandomInvert of Keras 3, where it predicts."""

    def __init__(self, factor=1.0, value_range=(0, 255), seed=None, data_format=None, **kwargs):
        super(RandomInvert, self).__init__(**kwargs)
        self.settings = dict(
            factor=factor,
            value_range=value_range,
            seed=seed,
            data_format=data_format,
        )
