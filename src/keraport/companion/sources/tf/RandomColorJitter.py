class RandomColorJitter(_Augmentation):
    """RandomColorJitter of Keras 3, where it predicts."""

    def __init__(
        self,
        value_range=(0, 255),
        brightness_factor=None,
        contrast_factor=None,
        saturation_factor=None,
        hue_factor=None,
        seed=None,
        data_format=None,
        **kwargs
    ):
        super(RandomColorJitter, self).__init__(**kwargs)
        self.settings = dict(
            value_range=value_range,
            brightness_factor=brightness_factor,
            contrast_factor=contrast_factor,
            saturation_factor=saturation_factor,
            hue_factor=hue_factor,
            seed=seed,
            data_format=data_format,
        )
