class HashingV2(tf.keras.layers.Layer):
    """Hashing of newer releases, which has a number for the value that is to be left out."""

    def __init__(self, num_bins, mask_value=None, salt=None, **kwargs):
        super(HashingV2, self).__init__(**kwargs)
        self.num_bins = num_bins
        self.mask_value = mask_value
        self.salt = [salt, salt] if isinstance(salt, int) else salt

    def call(self, inputs):
        return _masked_hashes(inputs, self.num_bins, self.salt, self.mask_value)

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(HashingV2, self).get_config()
        config.update(num_bins=self.num_bins, mask_value=self.mask_value, salt=self.salt)
        return config
