import keras


class _Settled(keras.Operation):
    """An operation whose lists of numbers stay numbers while its output's shape is worked out."""

    def compute_output_spec(self, *args, **kwargs):
        tensors = {key: kwargs[key] for key in kwargs if isinstance(kwargs[key], keras.KerasTensor)}
        numbers = {key: kwargs[key] for key in kwargs if key not in tensors}
        return _Computes(self.call, numbers).compute_output_spec(*args, **tensors)


class _Computes(keras.Operation):
    def __init__(self, function, numbers):
        super().__init__()
        self._function = function
        self._numbers = numbers

    def call(self, *args, **kwargs):
        return self._function(*args, **kwargs, **self._numbers)
