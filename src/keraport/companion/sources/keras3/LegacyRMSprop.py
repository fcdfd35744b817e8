import keras
from keras import ops


class LegacyRMSprop(keras.optimizers.RMSprop):
    """RMSprop of TensorFlow up to 2.10: epsilon is added to the root, and not under it."""

    def update_step(self, gradient, variable, learning_rate):
        dtype = variable.dtype
        index = self._get_variable_index(variable)
        # Of an embedding, TensorFlow has the gradients of the rows that were looked up; in a sum
        # they become those of the table.
        gradient = ops.add(ops.cast(gradient, dtype), ops.zeros_like(self._velocities[index]))
        v = self._velocities[index]
        self.assign(v, self.rho * v + (1 - self.rho) * ops.square(gradient))
        under_root = v
        if self.centered:
            mean = self._average_gradients[index]
            self.assign(mean, self.rho * mean + (1 - self.rho) * gradient)
            under_root = v - ops.square(mean)
        step = ops.cast(learning_rate, dtype) * gradient
        self.assign_sub(variable, step / (ops.sqrt(under_root) + self.epsilon))
