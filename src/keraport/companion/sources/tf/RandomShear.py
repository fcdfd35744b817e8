class RandomShear(_Augmentation):
    """RandomShear of Keras 3, where it predicts."""

    def __init__(
        self,
        x_factor=0.0,
        y_factor=0.0,
        interpolation="bilinear",
        fill_mode="reflect",
        fill_value=0.0,
        data_format=None,
        seed=None,
        **kwargs
    ):
        super(RandomShear, self).__init__(**kwargs)
        self.settings = dict(
            x_factor=x_factor,
            y_factor=y_factor,
            interpolation=interpolation,
            fill_mode=fill_mode,
            fill_value=fill_value,
            data_format=data_format,
            seed=seed,
        )
