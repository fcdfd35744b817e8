class STFTSpectrogram(tf.keras.layers.Layer):
    """Which frequencies a signal has at each time, by convolutions, as in Keras 3."""

    def __init__(
        self,
        mode="log",
        frame_length=256,
        frame_step=None,
        fft_length=None,
        window="hann",
        periodic=False,
        scaling="density",
        padding="valid",
        expand_dims=False,
        data_format="channels_last",
        **kwargs
    ):
        super(STFTSpectrogram, self).__init__(**kwargs)
        self.mode = mode
        self.frame_length = frame_length
        self.frame_step = frame_step
        self.fft_length = fft_length
        self.window = window
        self.periodic = periodic
        self.scaling = scaling
        self.padding = padding
        self.expand_dims = expand_dims
        self.data_format = data_format

    @property
    def _bins(self):
        length = self.fft_length or 2 ** (self.frame_length - 1).bit_length()
        return length // 2 + 1

    def build(self, input_shape):
        shape = (self.frame_length, 1, self._bins)
        if self.mode != "imag":
            self.real_kernel = self.add_weight(name="real_kernel", shape=shape, initializer="zeros")
        if self.mode != "real":
            self.imag_kernel = self.add_weight(name="imag_kernel", shape=shape, initializer="zeros")
        super(STFTSpectrogram, self).build(input_shape)

    def call(self, inputs):
        real = None if self.mode == "imag" else self._convolved(inputs, self.real_kernel)
        imag = None if self.mode == "real" else self._convolved(inputs, self.imag_kernel)
        return self._shaped(self._mixed(real, imag))

    def _convolved(self, inputs, kernel):
        """By sample, channel, frequency and time."""
        if self.data_format == "channels_last":
            inputs = tf.transpose(inputs, [0, 2, 1])
        channels, length = inputs.shape.as_list()[1:]
        if channels is None or length is None:
            raise ValueError("%s has to know the sizes of what it is given" % self.name)
        images = tf.reshape(inputs, [-1, 1, length, 1])
        kernel = tf.expand_dims(tf.cast(kernel, inputs.dtype), 0)
        step = self.frame_step or self.frame_length // 2
        found = tf.nn.conv2d(
            images, kernel, strides=[1, 1, step, 1], padding=self.padding.upper()
        )
        steps = found.shape.as_list()[2]
        found = tf.transpose(tf.squeeze(found, [1]), [0, 2, 1])
        return tf.reshape(found, [-1, channels, self._bins, steps])

    def _mixed(self, real, imag):
        if self.mode in ("real", "imag"):
            return imag if real is None else real
        if self.mode == "angle":
            return tf.math.atan2(imag, real)
        if self.mode == "stft":
            return tf.concat([real, imag], axis=2)
        power = tf.square(real) + tf.square(imag)
        if self.mode == "psd":
            return power + tf.pad(power[:, :, 1:-1, :], [[0, 0], [0, 0], [1, 1], [0, 0]])
        least = tf.cast(1e-7, power.dtype)
        linear = tf.sqrt(tf.maximum(power, least))
        return linear if self.mode == "magnitude" else tf.math.log(tf.maximum(linear, least))

    def _shaped(self, outputs):
        channels, bins, steps = outputs.shape.as_list()[1:]
        if self.expand_dims:
            last = self.data_format == "channels_last"
            return tf.transpose(outputs, [0, 3, 2, 1] if last else [0, 1, 3, 2])
        outputs = tf.reshape(outputs, [-1, channels * bins, steps])
        if self.data_format == "channels_last":
            outputs = tf.transpose(outputs, [0, 2, 1])
        return outputs

    def get_config(self):
        config = super(STFTSpectrogram, self).get_config()
        config.update(
            mode=self.mode,
            frame_length=self.frame_length,
            frame_step=self.frame_step,
            fft_length=self.fft_length,
            window=self.window,
            periodic=self.periodic,
            scaling=self.scaling,
            padding=self.padding,
            expand_dims=self.expand_dims,
            data_format=self.data_format,
        )
        return config
