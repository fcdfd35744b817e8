import keras
import tensorflow as tf


class HashingV2(keras.layers.Layer):
    """Hashing of several tensors at once, as it was in TensorFlow 2.3.

    It needs the tensorflow backend.
    """

    def __init__(self, num_bins, mask_value=None, salt=None, dtype=None, **kwargs):
        # Its outputs are numbers of 64 bits, and a policy is one of what layers compute in.
        del dtype
        super().__init__(**kwargs)
        self.num_bins = num_bins
        self.mask_value = mask_value
        self.salt = [salt, salt] if isinstance(salt, int) else salt

    def call(self, inputs):
        if isinstance(inputs, (list, tuple)):
            return _crossed_hashes(inputs, self.num_bins, self.salt)
        return _masked_hashes(inputs, self.num_bins, self.salt, self.mask_value)

    def compute_output_shape(self, input_shape):
        if not isinstance(input_shape[0], (list, tuple)):
            return input_shape
        return tuple(_crossed_shape(input_shape, [len(input_shape)]).as_list())

    def compute_output_spec(self, inputs):
        several = isinstance(inputs, (list, tuple))
        shape = self.compute_output_shape([x.shape for x in inputs] if several else inputs.shape)
        return keras.KerasTensor(shape, dtype="int64")

    def get_config(self):
        config = super().get_config()
        config.update(num_bins=self.num_bins, mask_value=self.mask_value, salt=self.salt)
        return config
