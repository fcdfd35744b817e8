class LSTMV2(_RecurrentV2, tf.keras.layers.LSTM):
    """LSTM of TensorFlow 2.3."""

    def __init__(self, units, recurrent_activation="sigmoid", implementation=2, **kwargs):
        super(LSTMV2, self).__init__(
            units,
            recurrent_activation=recurrent_activation,
            implementation=implementation,
            **kwargs
        )
