import keras
from keras import ops


class UpSampling2DFromCorners(keras.layers.UpSampling2D):
    """Bilinear UpSampling2D as of Keras 2.2 and 2.3: from corner to corner of pixels."""

    def __init__(self, size=(2, 2), data_format=None, interpolation="bilinear", **kwargs):
        super().__init__(size=size, data_format=data_format, interpolation=interpolation, **kwargs)

    def call(self, inputs):
        first = self.data_format == "channels_first"
        images = ops.transpose(inputs, (0, 2, 3, 1)) if first else inputs
        for axis in (2, 1):
            images = self._interpolated(images, axis, self.size[axis - 1])
        return ops.transpose(images, (0, 3, 1, 2)) if first else images

    def _interpolated(self, images, axis, factor):
        """Each pixel, and what lies between it and the next along an axis; the last one stays."""
        others = images[:, 1:] if axis == 1 else images[:, :, 1:]
        last = images[:, -1:] if axis == 1 else images[:, :, -1:]
        following = ops.concatenate([others, last], axis=axis)
        steps = ops.reshape(
            ops.cast(ops.arange(factor), images.dtype) / factor,
            [factor if index == axis + 1 else 1 for index in range(5)],
        )
        images, following = (ops.expand_dims(item, axis + 1) for item in (images, following))
        between = images + (following - images) * steps
        shape = list(ops.shape(between))
        merged = -1 if shape[axis] is None else shape[axis] * factor
        return ops.reshape(between, (*shape[:axis], merged, *shape[axis + 2 :]))
