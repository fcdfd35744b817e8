import keras
from keras import ops


class CategoryEncodingOfFloats(keras.layers.CategoryEncoding):
    """CategoryEncoding that takes floats for numbers of categories, and one category for a sample.

    Keras 3.0 to 3.2 cast what it is given to floats, and take only integers then. Up to 3.3 they
    give a row in a row where a sample has one category. Keras 3.0 takes no weights of categories.
    """

    def call(self, inputs, count_weights=None):
        inputs = ops.cast(inputs, "int64")
        if count_weights is not None:
            counted = ops.one_hot(inputs, self.num_tokens, dtype=self.compute_dtype)
            weights = ops.cast(count_weights, self.compute_dtype)
            return ops.sum(counted * ops.expand_dims(weights, -1), axis=-2)
        single = len(inputs.shape) > 1 and inputs.shape[-1] == 1
        if self.output_mode == "one_hot" and single:
            inputs = ops.squeeze(inputs, axis=-1)
        return super().call(inputs)

    def compute_output_spec(self, inputs, count_weights=None):
        shape = self.compute_output_shape(tuple(inputs.shape))
        return keras.KerasTensor(shape, dtype=self.compute_dtype)
