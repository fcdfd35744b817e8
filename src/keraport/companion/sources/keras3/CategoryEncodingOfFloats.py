import keras
from keras import ops


class CategoryEncodingOfFloats(keras.layers.CategoryEncoding):
    """CategoryEncoding that takes floats for numbers of categories, and one category for a sample.

    Keras 3.0 to 3.2 cast what it is given to floats, and take only integers then. Up to 3.3 they
    give a row in a row where a sample has one category.
    """

    def call(self, inputs, **kwargs):
        inputs = ops.cast(inputs, "int64")
        single = len(inputs.shape) > 1 and inputs.shape[-1] == 1
        if self.output_mode == "one_hot" and single:
            inputs = ops.squeeze(inputs, axis=-1)
        return super().call(inputs, **kwargs)
