import keras
from keras import ops


class UpSampling2DInPlace(keras.layers.UpSampling2D):
    """UpSampling2D that interpolates channels_first along the height and the width.

    Keras 3.0 and 3.1 multiply the width and the number of channels there.
    """

    def call(self, inputs):
        last = ops.transpose(inputs, (0, 2, 3, 1))
        size = (last.shape[1] * self.size[0], last.shape[2] * self.size[1])
        return ops.transpose(
            ops.image.resize(last, size, interpolation=self.interpolation), (0, 3, 1, 2)
        )
