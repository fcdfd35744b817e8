class ActivityRegularizationV2(tf.keras.layers.ActivityRegularization):
    """ActivityRegularization that keeps the mask: it returns a tensor of its own."""

    def call(self, inputs):
        return tf.identity(inputs)
