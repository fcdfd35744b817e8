import keras


class _StandaloneLayer(keras.layers.Layer):
    """A layer with what newer releases give all layers, and standalone Keras only some."""

    def __init__(self, activity_regularizer=None, **kwargs):
        super(_StandaloneLayer, self).__init__(**kwargs)
        self.activity_regularizer = keras.regularizers.get(activity_regularizer)
        # Layers of standalone Keras forget it where they are not told their input's shape.
        self.dtype = kwargs.get("dtype") or keras.backend.floatx()

    def get_config(self):
        config = super(_StandaloneLayer, self).get_config()
        if self.activity_regularizer is not None:
            config.update(
                activity_regularizer=keras.regularizers.serialize(self.activity_regularizer)
            )
        return config
