class CutMix(_Augmentation):
    """CutMix of Keras 3, where it predicts."""

    def __init__(self, factor=1.0, seed=None, data_format=None, **kwargs):
        super(CutMix, self).__init__(**kwargs)
        self.settings = dict(
            factor=factor,
            seed=seed,
            data_format=data_format,
        )
