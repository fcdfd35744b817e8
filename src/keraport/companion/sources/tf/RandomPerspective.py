class RandomPerspective(_Augmentation):
    """RandomPerspective of Keras 3, where it predicts."""

    def __init__(
        self,
        factor=1.0,
        scale=1.0,
        interpolation="bilinear",
        fill_value=0.0,
        seed=None,
        data_format=None,
        **kwargs
    ):
        super(RandomPerspective, self).__init__(**kwargs)
        self.settings = dict(
            factor=factor,
            scale=scale,
            interpolation=interpolation,
            fill_value=fill_value,
            seed=seed,
            data_format=data_format,
        )
