class _ConvolutionV2(object):
    """What the convolutions of TensorFlow 2.3 do and the stock ones do not.

    They have groups, take several batch dimensions, and here channels first on a CPU as well.
    """

    def __init__(self, filters, kernel_size, groups=1, **kwargs):
        super(_ConvolutionV2, self).__init__(filters, kernel_size, **kwargs)
        self.groups = groups or 1
        self.input_spec = tf.keras.layers.InputSpec(min_ndim=self.rank + 2)

    def build(self, input_shape):
        axis = -1 - self.rank if self.data_format == "channels_first" else -1
        channels = tf.TensorShape(input_shape).as_list()[axis]
        if channels is None or channels % self.groups or self.filters % self.groups:
            raise ValueError(
                "%s cannot part %s channels into %s filters in %d groups"
                % (self.name, channels, self.filters, self.groups)
            )
        self.kernel = self.add_weight(
            name="kernel",
            shape=tuple(self.kernel_size) + (channels // self.groups, self.filters),
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
        self.input_spec = tf.keras.layers.InputSpec(min_ndim=self.rank + 2, axes={axis: channels})
        self.built = True

    def call(self, inputs):
        first = self.data_format == "channels_first"
        images = _channels_last(inputs, self.rank) if first else inputs
        outputs = self._convolved(_one_batch(images, self.rank + 1))
        if self.bias is not None:
            outputs = tf.nn.bias_add(outputs, self.bias)
        outputs = _as_batches_of(images, outputs)
        outputs = _channels_first(outputs, self.rank) if first else outputs
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return outputs if self.activation is None else self.activation(outputs)

    def _convolved(self, images):
        padding = self.padding
        if padding == "causal":
            before = self.dilation_rate[0] * (self.kernel_size[0] - 1)
            images, padding = tf.pad(images, [[0, 0], [before, 0], [0, 0]]), "valid"
        parts, kernels = [images], [self.kernel]
        if self.groups > 1:
            parts = tf.split(images, self.groups, axis=-1)
            kernels = tf.split(self.kernel, self.groups, axis=-1)
        outputs = [
            tf.nn.convolution(
                part,
                kernel,
                padding.upper(),
                strides=self.strides,
                dilation_rate=self.dilation_rate,
            )
            for part, kernel in zip(parts, kernels)
        ]
        return outputs[0] if self.groups == 1 else tf.concat(outputs, axis=-1)

    def compute_output_shape(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        batches, images = sizes[: -1 - self.rank], sizes[-1 - self.rank :]
        first = self.data_format == "channels_first"
        lengths = [
            _slid_length(*each)
            for each in zip(
                images[1:] if first else images[:-1],
                self.kernel_size,
                [self.padding] * self.rank,
                self.strides,
                self.dilation_rate,
            )
        ]
        made = [self.filters] + lengths if first else lengths + [self.filters]
        return tf.TensorShape(batches + made)

    def compute_mask(self, inputs, mask=None):
        return None

    def get_config(self):
        config = super(_ConvolutionV2, self).get_config()
        config.update(groups=self.groups)
        return config
