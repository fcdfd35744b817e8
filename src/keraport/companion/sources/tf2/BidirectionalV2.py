class BidirectionalV2(tf.keras.layers.Bidirectional):
    """Bidirectional that can repeat the previous output of each way at masked steps.

    Older releases do so, and the stock layer gives zeros there.
    """

    def __init__(self, layer, *args, **kwargs):
        self._zeroes = kwargs.pop("zero_output_for_mask", True)
        super().__init__(layer, *args, **kwargs)
        for way in () if self._zeroes else (self.forward_layer, self.backward_layer):
            way.zero_output_for_mask = False
            # Kernels of cuDNN's give zeros whatever the keyword says.
            way.could_use_cudnn = way._could_use_gpu_kernel = False

    def get_config(self):
        return dict(super().get_config(), zero_output_for_mask=self._zeroes)
