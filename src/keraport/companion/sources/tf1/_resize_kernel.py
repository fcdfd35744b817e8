import numpy as np


def _resize_kernel(method):
    """The weight of a pixel as a function of its distance."""

    def piecewise(x, *polynomials):
        outputs = tf.zeros_like(x)
        for limit, (a, b, c, d) in reversed(list(enumerate(polynomials, 1))):
            outputs = tf.where(x < limit, ((a * x + b) * x + c) * x + d, outputs)
        return outputs

    def lanczos(radius, x):
        safe = np.pi * tf.maximum(x, 1e-3)
        waves = radius * tf.sin(safe) * tf.sin(safe / radius) / (safe * safe)
        return tf.where(x <= 1e-3, tf.ones_like(x), tf.where(x < radius, waves, tf.zeros_like(x)))

    def gaussian(x):
        return tf.where(x < 1.5, tf.exp(-x * x / 0.5), tf.zeros_like(x))

    kernels = {
        "bilinear": lambda x: tf.maximum(1.0 - x, 0.0),
        "bicubic": lambda x: piecewise(x, (1.5, -2.5, 0.0, 1.0), (-0.5, 2.5, -4.0, 2.0)),
        "mitchellcubic": lambda x: piecewise(
            x,
            (7.0 / 6.0, -2.0, 0.0, 8.0 / 9.0),
            (-7.0 / 18.0, 2.0, -10.0 / 3.0, 16.0 / 9.0),
        ),
        "lanczos3": lambda x: lanczos(3.0, x),
        "lanczos5": lambda x: lanczos(5.0, x),
        "gaussian": gaussian,
    }
    return kernels[method]
