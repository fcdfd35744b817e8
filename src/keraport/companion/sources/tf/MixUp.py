class MixUp(_Augmentation):
    """MixUp of Keras 3, where it predicts."""

    def __init__(self, alpha=0.2, data_format=None, seed=None, **kwargs):
        super(MixUp, self).__init__(**kwargs)
        self.settings = dict(
            alpha=alpha,
            data_format=data_format,
            seed=seed,
        )
