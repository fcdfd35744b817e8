import keras


class TFOpLambda(keras.Operation):
    """A call of a function of TensorFlow, as Keras had it from 2.4 to 2.15.

    It needs the tensorflow backend.
    """

    def __init__(self, function, name=None):
        super().__init__(name=name)
        self.function = function
        self._found = _function_named(function)

    def call(self, *args, **kwargs):
        return self._found(*args, **kwargs)

    def get_config(self):
        return {"name": self.name, "function": self.function}
