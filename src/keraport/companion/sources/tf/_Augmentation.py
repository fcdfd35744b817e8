class _Augmentation(tf.keras.layers.Layer):
    """An augmentation of Keras 3: it leaves images as they are, but for training.

    Its settings are kept for the next conversion. It does not train: augment the images before the
    model, where they are read.
    """

    settings = {}

    def call(self, inputs, training=None):
        if training is True or (training is not None and training == 1):
            raise NotImplementedError(
                "%s %s does not augment images in this companion: do it before the model"
                % (type(self).__name__, self.name)
            )
        return tf.cast(inputs, self.dtype or tf.keras.backend.floatx())

    def compute_mask(self, inputs, mask=None):
        return None

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(_Augmentation, self).get_config()
        config.update(self.settings)
        return config
