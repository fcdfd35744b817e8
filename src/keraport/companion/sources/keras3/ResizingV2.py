import keras
import numpy as np
from keras import ops


class ResizingV2(keras.layers.Resizing):
    """Resizing that interpolates as TensorFlow does, on any backend."""

    def transform_images(self, images, transformation=None, training=True):
        first = self.data_format == "channels_first"
        if self.crop_to_aspect_ratio:
            images = self._cropped(images, first)
        found = _interpolated(
            images, self.height, self.width, self.interpolation, first, self.antialias
        )
        dtype = keras.backend.standardize_dtype(images.dtype)
        if "int" in dtype:
            limits = np.iinfo(dtype)
            found = ops.clip(ops.round(found), limits.min, limits.max)
        return ops.cast(found, dtype)

    def _cropped(self, images, first):
        """The middle of the images, as wide for its height as the outputs are."""
        height, width = images.shape[-2:] if first else images.shape[-3:-1]
        high = max(min(height, int(float(width * self.height) / self.width)), 1)
        wide = max(min(width, int(float(height * self.width) / self.height)), 1)
        top, left = int((height - high) / 2), int((width - wide) / 2)
        if first:
            return images[..., top : top + high, left : left + wide]
        return images[..., top : top + high, left : left + wide, :]
