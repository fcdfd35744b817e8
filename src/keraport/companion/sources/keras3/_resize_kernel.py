import numpy as np


def _resize_kernel(method, x):
    """The weights of pixels at these distances."""
    if method == "bilinear":
        return np.maximum(1.0 - x, 0.0)
    if method == "bicubic":
        near = (1.5 * x - 2.5) * x * x + 1.0
        far = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
        return np.where(x < 1.0, near, np.where(x < 2.0, far, 0.0))
    radius = {"lanczos3": 3.0, "lanczos5": 5.0}[method]
    return np.where(x < radius, np.sinc(x) * np.sinc(x / radius), 0.0)
