import keras
from keras import ops


class _ExtraBatchDimensions(object):
    """A convolution of inputs with several batch dimensions, as Keras had it up to 2.15."""

    def build(self, input_shape):
        super().build((None, *input_shape[-1 - self.rank :]))
        self.input_spec = keras.layers.InputSpec(min_ndim=self.rank + 2)

    def call(self, inputs):
        sizes = ops.shape(inputs)
        batches, image = sizes[: -1 - self.rank], sizes[-1 - self.rank :]
        outputs = super().call(ops.reshape(inputs, (-1, *image)))
        return ops.reshape(outputs, (*batches, *ops.shape(outputs)[1:]))

    def compute_output_shape(self, input_shape):
        made = super().compute_output_shape((None, *input_shape[-1 - self.rank :]))
        return (*input_shape[: -1 - self.rank], *made[1:])
