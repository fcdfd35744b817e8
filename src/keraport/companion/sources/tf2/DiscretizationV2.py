class DiscretizationV2(tf.keras.layers.experimental.preprocessing.Discretization):
    """The number of the bin that each value lies in, of the dtype that is asked for."""

    def __init__(self, *args, **kwargs):
        gives = kwargs.pop("gives", "int64")
        super(DiscretizationV2, self).__init__(*args, **kwargs)
        self.gives = gives

    def call(self, inputs):
        return tf.cast(super(DiscretizationV2, self).call(inputs), self.gives)

    def get_config(self):
        config = super(DiscretizationV2, self).get_config()
        config.update(gives=self.gives)
        return config
