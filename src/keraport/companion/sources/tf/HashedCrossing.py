class HashedCrossing(_PreprocessingLayer):
    """A number for one value of each tensor, as tf.keras has it since TensorFlow 2.10."""

    def __init__(self, num_bins, **kwargs):
        super(HashedCrossing, self).__init__(**kwargs)
        self.num_bins = num_bins

    def call(self, inputs):
        columns = [tf.expand_dims(x, -1) if x.shape.ndims == 1 else x for x in inputs]
        columns = [tf.cast(x, tf.int64) if x.dtype.is_integer else x for x in columns]
        crossed = tf.sparse.cross_hashed(columns, self.num_bins)
        return tf.reshape(crossed.values, tf.shape(inputs[0]))

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape[0])

    def get_config(self):
        config = super(HashedCrossing, self).get_config()
        config.update(num_bins=self.num_bins)
        return config
