import keras
from keras import ops


class MelSpectrogram(keras.layers.Layer):
    """How loud a signal is in bands of the mel scale, at each time, as in Keras 3.1 and later."""

    def __init__(
        self,
        fft_length=2048,
        sequence_stride=512,
        sequence_length=None,
        window="hann",
        sampling_rate=16000,
        num_mel_bins=128,
        min_freq=20.0,
        max_freq=None,
        power_to_db=True,
        top_db=80.0,
        mag_exp=2.0,
        min_power=1e-10,
        ref_power=1.0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.fft_length = fft_length
        self.sequence_stride = sequence_stride
        self.sequence_length = sequence_length or fft_length
        self.window = window
        self.sampling_rate = sampling_rate
        self.num_mel_bins = num_mel_bins
        self.min_freq = min_freq
        self.max_freq = max_freq or int(sampling_rate / 2)
        self.power_to_db = power_to_db
        self.top_db = top_db
        self.mag_exp = mag_exp
        self.min_power = min_power
        self.ref_power = ref_power

    def call(self, inputs):
        dtype = "float64" if self.compute_dtype == "float64" else "float32"
        real, imag = ops.stft(
            ops.cast(inputs, dtype),
            sequence_length=self.sequence_length,
            sequence_stride=self.sequence_stride,
            fft_length=self.fft_length,
            window=self.window,
            center=True,
        )
        found = ops.power(ops.sqrt(ops.square(real) + ops.square(imag)), self.mag_exp)
        outputs = ops.tensordot(found, self._bands("float32"), axes=1)
        if self.power_to_db:
            outputs = self._in_decibel(outputs)
        return ops.cast(ops.swapaxes(outputs, -1, -2), self.compute_dtype)

    def _mel(self, frequencies):
        return 1127.0 * ops.log(1.0 + frequencies / 700.0)

    def _bands(self, dtype):
        """By frequency and band: how much of it belongs there."""
        half, count = self.sampling_rate / 2.0, self.fft_length // 2 + 1
        frequencies = ops.linspace(ops.cast(0.0, dtype), ops.cast(half, dtype), count)[1:]
        mels = ops.expand_dims(self._mel(frequencies), 1)
        first = self._mel(ops.cast(self.min_freq, dtype))
        last = self._mel(ops.cast(float(self.max_freq), dtype))
        edges = ops.expand_dims(ops.linspace(first, last, self.num_mel_bins + 2), 0)
        lower, centre, upper = edges[:, :-2], edges[:, 1:-1], edges[:, 2:]
        rising = (mels - lower) / (centre - lower)
        falling = (upper - mels) / (upper - centre)
        return ops.pad(ops.maximum(ops.minimum(rising, falling), 0), [[1, 0], [0, 0]])

    def _in_decibel(self, power):
        least = self.min_power
        found = 10.0 * ops.log10(ops.maximum(power, least))
        level = ops.abs(ops.cast(self.ref_power, power.dtype))
        found = found - 10.0 * ops.log10(ops.maximum(level, least))
        return ops.maximum(found, ops.max(found) - self.top_db)

    def compute_output_shape(self, input_shape):
        length = input_shape[-1]
        steps = None if length is None else 1 + length // self.sequence_stride
        return (*input_shape[:-1], self.num_mel_bins, steps)

    def get_config(self):
        return {
            **super().get_config(),
            "fft_length": self.fft_length,
            "sequence_stride": self.sequence_stride,
            "sequence_length": self.sequence_length,
            "window": self.window,
            "sampling_rate": self.sampling_rate,
            "num_mel_bins": self.num_mel_bins,
            "min_freq": self.min_freq,
            "max_freq": self.max_freq,
            "power_to_db": self.power_to_db,
            "top_db": self.top_db,
            "mag_exp": self.mag_exp,
            "min_power": self.min_power,
            "ref_power": self.ref_power,
        }
