class AddonsStochasticDepth(tf.keras.layers.Layer):
    """The layer StochasticDepth of TensorFlow Addons: a shortcut and a branch that may be dropped."""

    def __init__(self, survival_probability=0.5, **kwargs):
        super(AddonsStochasticDepth, self).__init__(**kwargs)
        self.survival_probability = survival_probability

    def call(self, inputs, training=None):
        shortcut, residual = inputs

        def trained():
            kept = tf.random.uniform([], dtype=residual.dtype) < self.survival_probability
            return shortcut + tf.cast(kept, residual.dtype) * residual

        return tf.keras.backend.in_train_phase(
            trained, lambda: shortcut + self.survival_probability * residual, training=training
        )

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape[0])

    def get_config(self):
        config = super(AddonsStochasticDepth, self).get_config()
        config.update(survival_probability=self.survival_probability)
        return config
