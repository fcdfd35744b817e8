import keras
import tensorflow as tf


class Normalization(_StandaloneLayer):
    """(x - mean) / sqrt(variance) of features, as tf.keras has it since TensorFlow 2.3.

    It has no adapt(): mean and variance come with the weights.
    """

    def __init__(self, axis=-1, **kwargs):
        super(Normalization, self).__init__(**kwargs)
        axes = () if axis is None else (axis,) if isinstance(axis, int) else axis
        self.axis = tuple(axes)

    def build(self, input_shape):
        sizes = list(input_shape)
        sizes = sizes + [1] if len(sizes) == 1 else sizes
        axes = sorted(axis if axis >= 0 else len(sizes) + axis for axis in self.axis)
        self._broadcast = [size if i in axes else 1 for i, size in enumerate(sizes)]
        shape = [sizes[axis] for axis in axes]
        self.mean = self._state("mean", shape, "zeros", keras.backend.floatx())
        self.variance = self._state("variance", shape, "ones", keras.backend.floatx())
        self.count = self._state("count", (), _no_count, tf.int64)
        super(Normalization, self).build(input_shape)

    def _state(self, name, shape, initializer, dtype):
        return self.add_weight(
            name=name, shape=shape, dtype=dtype, initializer=initializer, trainable=False
        )

    def call(self, inputs):
        inputs = tf.cast(inputs, keras.backend.floatx())
        inputs = tf.expand_dims(inputs, 1) if inputs.shape.ndims == 1 else inputs
        mean = tf.reshape(self.mean, self._broadcast)
        return (inputs - mean) / tf.sqrt(tf.reshape(self.variance, self._broadcast))

    def compute_mask(self, inputs, mask=None):
        return None

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def get_config(self):
        config = super(Normalization, self).get_config()
        config.update(axis=list(self.axis))
        return config
