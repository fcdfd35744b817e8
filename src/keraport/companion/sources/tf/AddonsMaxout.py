class AddonsMaxout(tf.keras.layers.Layer):
    """The layer Maxout of TensorFlow Addons: the largest of several channels."""

    def __init__(self, num_units, axis=-1, **kwargs):
        super(AddonsMaxout, self).__init__(**kwargs)
        self.num_units = num_units
        self.axis = axis

    def call(self, inputs):
        known, given = inputs.shape.as_list(), tf.shape(inputs)
        axis = self.axis % len(known)
        sizes = [given[i] if size is None else size for i, size in enumerate(known)]
        parts = [sizes[axis] // self.num_units, self.num_units]
        parted = tf.reshape(inputs, tf.stack(sizes[:axis] + parts + sizes[axis + 1 :]))
        outputs = tf.reduce_max(parted, axis=axis)
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return outputs

    def compute_output_shape(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        sizes[self.axis] = self.num_units
        return tf.TensorShape(sizes)

    def get_config(self):
        config = super(AddonsMaxout, self).get_config()
        config.update(num_units=self.num_units, axis=self.axis)
        return config
