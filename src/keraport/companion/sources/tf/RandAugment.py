class RandAugment(_Augmentation):
    """RandAugment of Keras 3, where it predicts."""

    def __init__(
        self,
        value_range=(0, 255),
        num_ops=2,
        factor=0.5,
        interpolation="bilinear",
        seed=None,
        data_format=None,
        **kwargs
    ):
        super(RandAugment, self).__init__(**kwargs)
        self.settings = dict(
            value_range=value_range,
            num_ops=num_ops,
            factor=factor,
            interpolation=interpolation,
            seed=seed,
            data_format=data_format,
        )
