import keras


class BatchNormalizationV2(keras.layers.BatchNormalization):
    """BatchNormalization that is always called with training=True.

    Keras 3 replaces that argument of a call by what the model is called with.
    """

    def call(self, inputs, mask=None):
        return super().call(inputs, training=True, mask=mask)
