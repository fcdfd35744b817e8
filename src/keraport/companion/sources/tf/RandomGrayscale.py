class RandomGrayscale(_Augmentation):
    """RandomGrayscale of Keras 3, where it predicts."""

    def __init__(self, factor=0.5, data_format=None, seed=None, **kwargs):
        super(RandomGrayscale, self).__init__(**kwargs)
        self.settings = dict(
            factor=factor,
            data_format=data_format,
            seed=seed,
        )
