class InputLayerV2(tf.keras.layers.InputLayer):
    """An input that lets a mask into its model, as those of later releases do."""

    def __init__(self, **kwargs):
        super(InputLayerV2, self).__init__(**kwargs)
        self.supports_masking = True
