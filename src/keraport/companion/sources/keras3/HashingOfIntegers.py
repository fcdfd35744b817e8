import keras
import numpy as np
from keras import ops


class HashingOfIntegers(keras.layers.Layer):
    """Hashing of integers with a salt, on any backend: SipHash64 of their digits.

    It is computed in Python, once for each number that a batch has.
    """

    def __init__(self, num_bins, salt, mask_value=None, **kwargs):
        super().__init__(**kwargs)
        self.num_bins = num_bins
        self.salt = [salt, salt] if isinstance(salt, int) else list(salt)
        self.mask_value = mask_value

    def call(self, inputs):
        inputs = ops.cast(inputs, "int64")
        if keras.backend.backend() != "jax":
            return ops.convert_to_tensor(self._bins(ops.convert_to_numpy(inputs)), dtype="int64")
        import jax

        made = jax.ShapeDtypeStruct(inputs.shape, inputs.dtype)
        return jax.pure_callback(self._bins, made, inputs)

    def _bins(self, values):
        values = np.asarray(values)
        found, places = np.unique(values, return_inverse=True)
        bins = np.array([self._bin(int(value)) for value in found], values.dtype)
        return bins[places].reshape(values.shape)

    def _bin(self, value):
        if self.mask_value is None:
            return _siphash(str(value).encode(), *self.salt) % self.num_bins
        if value == self.mask_value:
            return 0
        rest = self.num_bins - 1 if self.num_bins > 1 else 1
        return _siphash(str(value).encode(), *self.salt) % rest + (self.num_bins > 1)

    def compute_output_spec(self, inputs):
        return keras.KerasTensor(inputs.shape, dtype="int64")

    def get_config(self):
        config = super().get_config()
        config.update(num_bins=self.num_bins, salt=self.salt, mask_value=self.mask_value)
        return config
