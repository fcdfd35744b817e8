class SoftmaxOfKeras3(SoftmaxV2):
    """Softmax that gives 0 where a mask hides what it is given, as Keras 3 has it.

    Called with two tensors, it takes the second for the mask.
    """

    def call(self, inputs, mask=None):
        if isinstance(inputs, (list, tuple)):
            inputs, mask = inputs
        if mask is None:
            return super(SoftmaxOfKeras3, self).call(inputs)
        if mask.dtype != tf.bool:
            mask = mask > 0.5
        kept = tf.cast(mask, inputs.dtype)
        inputs = inputs * kept + (1.0 - kept) * _large_negative(inputs.dtype)
        return super(SoftmaxOfKeras3, self).call(inputs) * kept
