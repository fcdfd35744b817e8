class RandomSaturation(_Augmentation):
    """RandomSaturation of Keras 3, where it predicts."""

    def __init__(self, factor, value_range=(0, 255), data_format=None, seed=None, **kwargs):
        super(RandomSaturation, self).__init__(**kwargs)
        self.settings = dict(
            factor=factor,
            value_range=value_range,
            data_format=data_format,
            seed=seed,
        )
