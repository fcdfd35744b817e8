import keras
import tensorflow as tf


class RadialConstraint(keras.constraints.Constraint):
    """Makes each kernel the same at each radius, as keras.constraints does since TF 1.13.

    Which elements of the kernel are repeated follows TensorFlow 2.3 to the letter.
    """

    def __call__(self, w):
        shape = w.shape.as_list()
        if len(shape) != 4:
            raise ValueError("The weight tensor must be of rank 4, but is of shape: %s" % shape)
        rows, columns, channels, kernels = shape
        flat = tf.reshape(w, (rows, columns, channels * kernels))
        constrained = [self._radial(kernel) for kernel in tf.unstack(flat, axis=-1)]
        return tf.reshape(tf.stack(constrained, axis=-1), (rows, columns, channels, kernels))

    @staticmethod
    def _radial(kernel):
        size = kernel.shape.as_list()[0]
        start = size // 2
        centre = kernel[start - 1 : start, start - 1 : start]
        new = centre if size % 2 else tf.tile(centre, (2, 2))
        for index in range(1 - size % 2, start):
            side = new.shape.as_list()[0]
            ring = kernel[start + index, start + index]
            row = tf.fill((1, side), ring)
            column = tf.fill((side + 2, 1), ring)
            new = tf.concat([column, tf.concat([row, new, row], axis=0), column], axis=1)
            new.set_shape((side + 2, side + 2))
        return new
