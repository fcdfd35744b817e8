import keras


class TFOpLambdaV2(_Settled):
    """What a function of TensorFlow computes, written with keras.ops for every backend."""

    def __init__(self, function, name=None):
        super().__init__(name=name)
        if function not in _functions_in_ops:
            raise ValueError("tf.%s is none of the functions of this file" % function)
        self.function = function
        self._found = _functions_in_ops[function]

    def call(self, *args, **kwargs):
        return self._found(*args, **kwargs)

    def get_config(self):
        return {"name": self.name, "function": self.function}
