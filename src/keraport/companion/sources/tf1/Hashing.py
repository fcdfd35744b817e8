class Hashing(_PreprocessingLayer):
    """A number below num_bins for each word or integer, as tf.keras has it since TensorFlow 2.3.

    Without salt it is FarmHash64, with salt SipHash64. Several tensors of words are crossed.
    """

    def __init__(self, num_bins, salt=None, mask_value=None, **kwargs):
        super(Hashing, self).__init__(**kwargs)
        self.num_bins = num_bins
        self.salt = [salt, salt] if isinstance(salt, int) else salt
        self.mask_value = mask_value

    def call(self, inputs):
        if isinstance(inputs, (list, tuple)):
            outputs = _crossed_hashes(inputs, self.num_bins, self.salt)
            outputs.set_shape(self.compute_output_shape([x.shape for x in inputs]))
        else:
            outputs = _masked_hashes(inputs, self.num_bins, self.salt, self.mask_value)
        return outputs

    def compute_output_shape(self, input_shape):
        if not isinstance(input_shape, list):
            return tf.TensorShape(input_shape)
        return _crossed_shape(input_shape, [len(input_shape)])

    def get_config(self):
        config = super(Hashing, self).get_config()
        config.update(num_bins=self.num_bins, salt=self.salt)
        if self.mask_value is not None:
            config.update(mask_value=self.mask_value)
        return config
