class Solarization(_Augmentation):
    """Solarization of Keras 3, where it predicts."""

    def __init__(
        self,
        addition_factor=0.0,
        threshold_factor=0.0,
        value_range=(0, 255),
        seed=None,
        data_format=None,
        **kwargs
    ):
        super(Solarization, self).__init__(**kwargs)
        self.settings = dict(
            addition_factor=addition_factor,
            threshold_factor=threshold_factor,
            value_range=value_range,
            seed=seed,
            data_format=data_format,
        )
