class RandomErasing(_Augmentation):
    """RandomErasing of Keras 3, where it predicts."""

    def __init__(
        self,
        factor=1.0,
        scale=(0.02, 0.33),
        fill_value=None,
        value_range=(0, 255),
        seed=None,
        data_format=None,
        **kwargs
    ):
        super(RandomErasing, self).__init__(**kwargs)
        self.settings = dict(
            factor=factor,
            scale=scale,
            fill_value=fill_value,
            value_range=value_range,
            seed=seed,
            data_format=data_format,
        )
