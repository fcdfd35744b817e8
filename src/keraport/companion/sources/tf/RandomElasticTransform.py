class RandomElasticTransform(_Augmentation):
    """RandomElasticTransform of Keras 3, where it predicts."""

    def __init__(
        self,
        factor=1.0,
        scale=1.0,
        interpolation="bilinear",
        fill_mode="reflect",
        fill_value=0.0,
        value_range=(0, 255),
        seed=None,
        data_format=None,
        **kwargs
    ):
        super(RandomElasticTransform, self).__init__(**kwargs)
        self.settings = dict(
            factor=factor,
            scale=scale,
            interpolation=interpolation,
            fill_mode=fill_mode,
            fill_value=fill_value,
            value_range=value_range,
            seed=seed,
            data_format=data_format,
        )
