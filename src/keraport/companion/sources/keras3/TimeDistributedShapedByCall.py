import keras


class TimeDistributedShapedByCall(keras.layers.TimeDistributed):
    """TimeDistributed around a model, which Keras 3.0 to 3.3 find no shape of."""

    def compute_output_spec(self, inputs, training=None, mask=None):
        shape = tuple(inputs.shape)
        step = keras.KerasTensor(shape[:1] + shape[2:], dtype=inputs.dtype)
        given = self.layer.compute_output_spec(step)
        if isinstance(given, (list, tuple)):
            given = given[0]
        made = tuple(given.shape)
        return keras.KerasTensor(made[:1] + shape[1:2] + made[1:], dtype=given.dtype)
