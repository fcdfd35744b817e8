import numpy as np


def _pixel_weights(size, wanted, method, antialias=False):
    """What each of `size` pixels along an axis adds to each of the `wanted` ones, as in TensorFlow.

    Returns:
        float32 of shape [wanted, size].
    """
    scale = np.float32(size) / np.float32(wanted)
    pixels, places = np.arange(size)[None, :], np.arange(wanted)[:, None]
    if method == "area":
        ends = np.minimum((places + 1) * scale, pixels + 1)
        weights = np.maximum(ends - np.maximum(places * scale, pixels), 0.0)
    else:
        centres = (places + 0.5) * scale - 0.5
        stretch = max(scale, 1.0) if antialias else 1.0
        if not antialias and method == "bilinear":
            centres = np.clip(centres, 0.0, size - 1.0)
        elif not antialias and method == "bicubic":
            # Its kernel looks the fraction up in a table of 1024 steps.
            whole = np.floor(centres)
            centres = whole + np.round((centres - whole) * 1024.0) / 1024.0
        weights = _resize_kernel(method, np.abs(pixels - centres) / stretch)
    return (weights / weights.sum(axis=1, keepdims=True)).astype("float32")
