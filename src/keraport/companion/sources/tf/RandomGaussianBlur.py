class RandomGaussianBlur(_Augmentation):
    """RandomGaussianBlur of Keras 3, where it predicts."""

    def __init__(
        self,
        factor=1.0,
        kernel_size=3,
        sigma=1.0,
        value_range=(0, 255),
        data_format=None,
        seed=None,
        **kwargs
    ):
        super(RandomGaussianBlur, self).__init__(**kwargs)
        self.settings = dict(
            factor=factor,
            kernel_size=kernel_size,
            sigma=sigma,
            value_range=value_range,
            data_format=data_format,
            seed=seed,
        )
