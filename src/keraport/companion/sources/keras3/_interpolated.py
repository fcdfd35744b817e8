import keras
from keras import ops


def _interpolated(images, height, width, method, first=False, antialias=False):
    """Images of another size, in float32, computed as TensorFlow does on any backend.

    Args:
        images: one or several, whose size is known when it is called.
        height: of the outputs.
        width: likewise.
        method: all but "nearest".
        first: the channels come before rows and columns.
        antialias: pixels that shrink are averaged.
    """
    rows, columns = images.shape[-2:] if first else images.shape[-3:-1]
    high = ops.convert_to_tensor(_pixel_weights(rows, height, method, antialias))
    wide = ops.convert_to_tensor(_pixel_weights(columns, width, method, antialias))
    if keras.backend.standardize_dtype(images.dtype) != "float32":
        images = ops.cast(images, "float32")
    letters = "chw" if first else "hwc"
    letters = letters if len(images.shape) == 3 else "b" + letters
    taller = letters.replace("h", "y")
    images = ops.einsum("yh,%s->%s" % (letters, taller), high, images)
    return ops.einsum("xw,%s->%s" % (taller, taller.replace("w", "x")), wide, images)
