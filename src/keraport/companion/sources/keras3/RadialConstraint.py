import keras
from keras import ops


class RadialConstraint(keras.constraints.Constraint):
    """Makes each kernel the same at each radius, as tf.keras did from TF 1.13 to Keras 2.15.

    Which elements of the kernel are repeated follows TensorFlow to the letter.
    """

    def __call__(self, w):
        if len(w.shape) != 4:
            raise ValueError("The weight tensor must be of rank 4, but is of shape: %s" % w.shape)
        size, start = w.shape[0], w.shape[0] // 2
        new = w[start - 1 : start, start - 1 : start]
        new = new if size % 2 else ops.tile(new, (2, 2, 1, 1))
        for index in range(1 - size % 2, start):
            ring = w[start + index : start + index + 1, start + index : start + index + 1]
            side = new.shape[0]
            row, column = ops.tile(ring, (1, side, 1, 1)), ops.tile(ring, (side + 2, 1, 1, 1))
            middle = ops.concatenate([row, new, row], axis=0)
            new = ops.concatenate([column, middle, column], axis=1)
        return new

    def get_config(self):
        return {}
