class MelSpectrogram(tf.keras.layers.Layer):
    """How loud a signal is in bands of the mel scale, at each time, as in Keras 3."""

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
        **kwargs
    ):
        super(MelSpectrogram, self).__init__(**kwargs)
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
        outputs = tf.tensordot(self._spectrogram(inputs), self._bands(inputs.dtype), axes=1)
        if self.power_to_db:
            outputs = self._in_decibel(outputs)
        rank = outputs.shape.ndims
        return tf.transpose(outputs, list(range(rank - 2)) + [rank - 1, rank - 2])

    def _spectrogram(self, inputs):
        rank = inputs.shape.ndims
        half = self.fft_length // 2
        padded = tf.pad(inputs, [[0, 0]] * (rank - 1) + [[half, half]], mode="REFLECT")
        before = (self.fft_length - self.sequence_length) // 2
        after = self.fft_length - self.sequence_length - before

        def window(length, dtype):
            made = {"hann": _signal().hann_window, "hamming": _signal().hamming_window}
            shape = tf.ones([self.sequence_length], dtype)
            if self.window is not None:
                shape = made[self.window](self.sequence_length, periodic=True, dtype=dtype)
            return tf.pad(shape, [[before, after]])

        found = _signal().stft(
            padded,
            frame_length=self.fft_length,
            frame_step=self.sequence_stride,
            fft_length=self.fft_length,
            window_fn=window,
        )
        power = tf.square(tf.math.real(found)) + tf.square(tf.math.imag(found))
        return tf.pow(tf.sqrt(power), self.mag_exp)

    def _mel(self, frequencies):
        return 1127.0 * tf.math.log(1.0 + frequencies / 700.0)

    def _bands(self, dtype):
        """By frequency and band: how much of it belongs there."""
        zero, half = tf.constant(0.0, dtype), tf.constant(self.sampling_rate / 2.0, dtype)
        frequencies = tf.linspace(zero, half, self.fft_length // 2 + 1)[1:]
        mels = tf.expand_dims(self._mel(frequencies), 1)
        first = self._mel(tf.constant(self.min_freq, dtype))
        last = self._mel(tf.constant(float(self.max_freq), dtype))
        edges = tf.expand_dims(tf.linspace(first, last, self.num_mel_bins + 2), 0)
        lower, centre, upper = edges[:, :-2], edges[:, 1:-1], edges[:, 2:]
        rising = (mels - lower) / (centre - lower)
        falling = (upper - mels) / (upper - centre)
        return tf.pad(tf.maximum(zero, tf.minimum(rising, falling)), [[1, 0], [0, 0]])

    def _in_decibel(self, power):
        def logarithm(value):
            return 10.0 * tf.math.log(value) / tf.math.log(tf.constant(10.0, value.dtype))

        least = tf.constant(self.min_power, power.dtype)
        found = logarithm(tf.maximum(power, least))
        found -= logarithm(tf.maximum(tf.abs(tf.constant(self.ref_power, power.dtype)), least))
        return tf.maximum(found, tf.reduce_max(found) - self.top_db)

    def get_config(self):
        config = super(MelSpectrogram, self).get_config()
        config.update(
            fft_length=self.fft_length,
            sequence_stride=self.sequence_stride,
            sequence_length=self.sequence_length,
            window=self.window,
            sampling_rate=self.sampling_rate,
            num_mel_bins=self.num_mel_bins,
            min_freq=self.min_freq,
            max_freq=self.max_freq,
            power_to_db=self.power_to_db,
            top_db=self.top_db,
            mag_exp=self.mag_exp,
            min_power=self.min_power,
            ref_power=self.ref_power,
        )
        return config
