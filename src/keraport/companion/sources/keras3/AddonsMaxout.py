import keras
from keras import ops


class AddonsMaxout(keras.layers.Layer):
    """The layer Maxout of TensorFlow Addons: the largest of several channels."""

    def __init__(self, num_units, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.num_units = num_units
        self.axis = axis

    def call(self, inputs):
        axis = self.axis % len(inputs.shape)
        sizes = list(inputs.shape)
        sizes = [-1 if size is None else size for size in sizes]
        if sizes.count(-1) > 1:
            sizes = list(ops.shape(inputs))
        parts = [inputs.shape[axis] // self.num_units, self.num_units]
        return ops.max(ops.reshape(inputs, sizes[:axis] + parts + sizes[axis + 1 :]), axis=axis)

    def compute_output_shape(self, input_shape):
        sizes = list(input_shape)
        sizes[self.axis] = self.num_units
        return tuple(sizes)

    def get_config(self):
        return {**super().get_config(), "num_units": self.num_units, "axis": self.axis}
