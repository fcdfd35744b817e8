class HashingV2(tf.keras.layers.Layer):
    """Hashing with a number for a value that is to be left out, and of several tensors at once.

    Releases know one of these at most.
    """

    def __init__(self, num_bins, mask_value=None, salt=None, **kwargs):
        super(HashingV2, self).__init__(**kwargs)
        self.num_bins = num_bins
        self.mask_value = mask_value
        self.salt = [salt, salt] if isinstance(salt, int) else salt

    def call(self, inputs):
        if not isinstance(inputs, (list, tuple)):
            return _masked_hashes(inputs, self.num_bins, self.salt, self.mask_value)
        outputs = _crossed_hashes(inputs, self.num_bins, self.salt)
        outputs.set_shape(self.compute_output_shape([x.shape for x in inputs]))
        return outputs

    def compute_output_shape(self, input_shape):
        if not isinstance(input_shape, list):
            return tf.TensorShape(input_shape)
        return _crossed_shape(input_shape, [len(input_shape)])

    def get_config(self):
        config = super(HashingV2, self).get_config()
        config.update(num_bins=self.num_bins, mask_value=self.mask_value, salt=self.salt)
        return config
