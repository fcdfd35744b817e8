import tensorflow as tf


def _dilated_kernel(kernel, rates):
    """A kernel spread out with zeros along its first axes."""
    for axis, rate in enumerate(rates):
        if rate == 1:
            continue
        sizes = kernel.shape.as_list()
        length = (sizes[axis] - 1) * rate + 1
        spread = tf.stack([kernel] + [tf.zeros_like(kernel)] * (rate - 1), axis + 1)
        sizes[axis] *= rate
        kernel = tf.reshape(spread, sizes)
        sizes[axis] = length
        kernel = tf.slice(kernel, [0] * len(sizes), sizes)
    return kernel
