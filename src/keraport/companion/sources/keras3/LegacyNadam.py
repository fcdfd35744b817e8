import keras
from keras import ops


class LegacyNadam(keras.optimizers.Nadam):
    """Nadam of TensorFlow up to 2.10: its momentum grows by 0.96 ** (schedule_decay * step)."""

    def __init__(self, *args, schedule_decay=0.004, **kwargs):
        super().__init__(*args, **kwargs)
        self.schedule_decay = schedule_decay

    def _momentum_of(self, steps_ahead, dtype):
        step = ops.cast(self.iterations + steps_ahead, dtype)
        pace = ops.power(ops.cast(0.96, dtype), self.schedule_decay * step)
        return self.beta_1 * (1.0 - 0.5 * pace)

    def _multiply_product(self):
        product = self._u_product
        self.assign(product, product * self._momentum_of(1, product.dtype))

    def _backend_update_step(self, grads, trainable_variables, learning_rate):
        self._multiply_product()
        base = super(keras.optimizers.Nadam, self)
        base._backend_update_step(grads, trainable_variables, learning_rate)

    def _internal_apply_gradients(self, grads_and_vars):
        # The name of that method in Keras 3.0.
        self._multiply_product()
        super(keras.optimizers.Nadam, self)._internal_apply_gradients(grads_and_vars)

    def update_step(self, gradient, variable, learning_rate):
        dtype = variable.dtype
        now, then = self._momentum_of(1, dtype), self._momentum_of(2, dtype)
        product = ops.cast(self._u_product, dtype)
        index = self._get_variable_index(variable)
        # Of an embedding, TensorFlow has the gradients of the rows that were looked up; in a sum
        # they become those of the table.
        gradient = ops.add(ops.cast(gradient, dtype), ops.zeros_like(self._velocities[index]))
        m, v = self._momentums[index], self._velocities[index]
        self.assign(m, self.beta_1 * m + (1 - self.beta_1) * gradient)
        self.assign(v, self.beta_2 * v + (1 - self.beta_2) * ops.square(gradient))
        beta_2 = ops.power(ops.cast(self.beta_2, dtype), ops.cast(self.iterations + 1, dtype))
        mean = (1 - now) * gradient / (1 - product) + then * m / (1 - product * then)
        scale = ops.sqrt(v / (1 - beta_2)) + self.epsilon
        self.assign_sub(variable, ops.cast(learning_rate, dtype) * mean / scale)

    def get_config(self):
        return {**super().get_config(), "schedule_decay": self.schedule_decay}
