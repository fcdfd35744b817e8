import keras
from keras import ops


class STFTSpectrogram(keras.layers.Layer):
    """Which frequencies a signal has at each time, by convolutions, as in Keras 3.7 and later."""

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
        data_format=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.mode = mode
        self.frame_length = frame_length
        self.frame_step = frame_step
        self.fft_length = fft_length
        self.window = window
        self.periodic = periodic
        self.scaling = scaling
        self.padding = padding
        self.expand_dims = expand_dims
        self.data_format = data_format or keras.config.image_data_format()

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
        self.built = True

    def call(self, inputs):
        real = None if self.mode == "imag" else self._convolved(inputs, self.real_kernel)
        imag = None if self.mode == "real" else self._convolved(inputs, self.imag_kernel)
        return self._shaped(self._mixed(real, imag))

    def _convolved(self, inputs, kernel):
        """By sample, channel, frequency and time."""
        if self.data_format == "channels_last":
            inputs = ops.transpose(inputs, (0, 2, 1))
        channels, length = inputs.shape[1:]
        if channels is None or length is None:
            raise ValueError(f"{self.name} has to know the sizes of what it is given")
        found = ops.conv(
            ops.reshape(inputs, (-1, length, 1)),
            ops.cast(kernel, inputs.dtype),
            strides=self.frame_step or self.frame_length // 2,
            padding=self.padding,
            data_format="channels_last",
        )
        steps = found.shape[1]
        found = ops.transpose(found, (0, 2, 1))
        return ops.reshape(found, (-1, channels, self._bins, steps))

    def _mixed(self, real, imag):
        if self.mode in ("real", "imag"):
            return imag if real is None else real
        if self.mode == "angle":
            return ops.arctan2(imag, real)
        if self.mode == "stft":
            return ops.concatenate([real, imag], axis=2)
        power = ops.square(real) + ops.square(imag)
        if self.mode == "psd":
            return power + ops.pad(power[:, :, 1:-1, :], [[0, 0], [0, 0], [1, 1], [0, 0]])
        least = keras.config.epsilon()
        linear = ops.sqrt(ops.maximum(power, least))
        return linear if self.mode == "magnitude" else ops.log(ops.maximum(linear, least))

    def _shaped(self, outputs):
        channels, bins, steps = outputs.shape[1:]
        last = self.data_format == "channels_last"
        if self.expand_dims:
            return ops.transpose(outputs, (0, 3, 2, 1) if last else (0, 1, 3, 2))
        outputs = ops.reshape(outputs, (-1, channels * bins, steps))
        return ops.transpose(outputs, (0, 2, 1)) if last else outputs

    def get_config(self):
        return {
            **super().get_config(),
            "mode": self.mode,
            "frame_length": self.frame_length,
            "frame_step": self.frame_step,
            "fft_length": self.fft_length,
            "window": self.window,
            "periodic": self.periodic,
            "scaling": self.scaling,
            "padding": self.padding,
            "expand_dims": self.expand_dims,
            "data_format": self.data_format,
        }
