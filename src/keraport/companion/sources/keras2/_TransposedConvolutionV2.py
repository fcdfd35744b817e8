import keras
import tensorflow as tf


class _TransposedConvolutionV2(object):
    """What the transposed convolutions of TensorFlow 2.3 do and the stock ones do not.

    They have output padding and dilation, sizes may be open, channels may come first on a CPU, and
    the layer may be called again.
    """

    def __init__(self, filters, kernel_size, output_padding=None, groups=1, **kwargs):
        super(_TransposedConvolutionV2, self).__init__(filters, kernel_size, **kwargs)
        if isinstance(output_padding, int):
            output_padding = (output_padding,) * self.rank
        self.output_padding = output_padding if output_padding is None else tuple(output_padding)
        # TensorFlow 2.3 takes groups here, and does not act upon them.
        self.groups = groups

    def build(self, input_shape):
        axis = 1 if self.data_format == "channels_first" else self.rank + 1
        channels = list(input_shape)[axis]
        if channels is None:
            raise ValueError("%s needs to know the channels of its input" % self.name)
        self.kernel = self.add_weight(
            name="kernel",
            shape=tuple(self.kernel_size) + (self.filters, channels),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(self.filters,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.input_spec = keras.layers.InputSpec(ndim=self.rank + 2, axes={axis: channels})
        self.built = True

    def _rates(self):
        # That of three dimensions ignores its dilation.
        return (1,) * self.rank if self.rank == 3 else tuple(self.dilation_rate)

    def _lengths(self, lengths):
        windows = [(size - 1) * rate + 1 for size, rate in zip(self.kernel_size, self._rates())]
        extras = self.output_padding or (None,) * self.rank
        paddings = [self.padding] * self.rank
        rows = zip(lengths, windows, paddings, self.strides, extras)
        return [_transposed_length(*row) for row in rows]

    def call(self, inputs):
        first = self.data_format == "channels_first"
        images = _channels_last(inputs, self.rank) if first else inputs
        outputs = self._transposed(images, _dilated_kernel(self.kernel, self._rates()))
        outputs = outputs if self.bias is None else tf.nn.bias_add(outputs, self.bias)
        outputs = _channels_first(outputs, self.rank) if first else outputs
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return outputs if self.activation is None else self.activation(outputs)

    def _transposed(self, images, kernel):
        known, sizes = images.shape.as_list(), tf.shape(images)
        given = [known[axis] or sizes[axis] for axis in range(1, self.rank + 1)]
        shape, strides = self._lengths(given) + [self.filters], list(self.strides) + [1]
        flat = self.rank == 1
        if flat:
            images, kernel = tf.expand_dims(images, 1), tf.expand_dims(kernel, 0)
            shape, strides = [1] + shape, [1] + strides
        function = tf.nn.conv3d_transpose if self.rank == 3 else tf.nn.conv2d_transpose
        shape, strides = tf.stack([sizes[0]] + shape), [1] + strides
        outputs = function(images, kernel, shape, strides, padding=self.padding.upper())
        return tf.squeeze(outputs, [1]) if flat else outputs

    def compute_output_shape(self, input_shape):
        sizes = list(input_shape)
        if self.data_format == "channels_first":
            return tuple([sizes[0], self.filters] + self._lengths(sizes[2:]))
        return tuple(sizes[:1] + self._lengths(sizes[1:-1]) + [self.filters])

    def compute_mask(self, inputs, mask=None):
        return None

    def get_config(self):
        config = super(_TransposedConvolutionV2, self).get_config()
        config.update(output_padding=self.output_padding, groups=self.groups)
        return config
