import keras


class BidirectionalV2(_ShapedByCall, _SeesMask, keras.layers.Bidirectional):
    """Bidirectional that skips masked steps where it is given its initial state as well.

    At masked steps it can repeat the previous output of each way instead of giving zeros.
    """

    def __init__(self, layer, *args, zero_output_for_mask=True, **kwargs):
        super().__init__(layer, *args, **kwargs)
        self._zeroes = zero_output_for_mask
        for way in () if zero_output_for_mask else (self.forward_layer, self.backward_layer):
            way.zero_output_for_mask = False
            # Kernels of cuDNN's give zeros whatever the keyword says.
            way.use_cudnn = False

    def get_config(self):
        return dict(super().get_config(), zero_output_for_mask=self._zeroes)
