class AugMix(_Augmentation):
    """AugMix of Keras 3, where it predicts."""

    def __init__(
        self,
        value_range=(0, 255),
        num_chains=3,
        chain_depth=3,
        factor=0.3,
        alpha=1.0,
        all_ops=True,
        interpolation="bilinear",
        seed=None,
        data_format=None,
        **kwargs
    ):
        super(AugMix, self).__init__(**kwargs)
        self.settings = dict(
            value_range=value_range,
            num_chains=num_chains,
            chain_depth=chain_depth,
            factor=factor,
            alpha=alpha,
            all_ops=all_ops,
            interpolation=interpolation,
            seed=seed,
            data_format=data_format,
        )
