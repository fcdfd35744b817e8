class NormalizationV2(tf.keras.layers.Normalization):
    """Normalization that looks at its weights in each call, not once before they are loaded."""

    def call(self, inputs):
        self.finalize_state()
        return super(NormalizationV2, self).call(inputs)
