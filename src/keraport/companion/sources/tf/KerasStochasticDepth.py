class KerasStochasticDepth(tf.keras.layers.Layer):
    """StochasticDepth of ConvNeXt in keras.applications: drops the branch of whole samples."""

    def __init__(self, drop_path_rate, **kwargs):
        super(KerasStochasticDepth, self).__init__(**kwargs)
        self.drop_path_rate = drop_path_rate

    def call(self, inputs, training=None):
        def dropped():
            kept = 1 - self.drop_path_rate
            shape = tf.concat([tf.shape(inputs)[:1], [1] * (inputs.shape.ndims - 1)], axis=0)
            drawn = tf.floor(kept + tf.random.uniform(shape, dtype=inputs.dtype))
            return inputs / kept * drawn

        return tf.keras.backend.in_train_phase(dropped, lambda: inputs, training=training)

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(KerasStochasticDepth, self).get_config()
        config.update(drop_path_rate=self.drop_path_rate)
        return config
