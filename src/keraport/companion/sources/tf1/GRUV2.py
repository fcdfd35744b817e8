class GRUV2(_RecurrentV2, tf.keras.layers.GRU):
    """GRU of TensorFlow 2.3."""

    def __init__(
        self, units, recurrent_activation="sigmoid", implementation=2, reset_after=True, **kwargs
    ):
        super(GRUV2, self).__init__(
            units,
            recurrent_activation=recurrent_activation,
            implementation=implementation,
            reset_after=reset_after,
            **kwargs
        )
