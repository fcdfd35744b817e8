import tensorflow as tf


class AddonsMaxout(_StandaloneLayer):
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
        sizes = list(input_shape)
        sizes[self.axis] = self.num_units
        return tuple(sizes)

    def get_config(self):
        config = super(AddonsMaxout, self).get_config()
        config.update(num_units=self.num_units, axis=self.axis)
        return config
