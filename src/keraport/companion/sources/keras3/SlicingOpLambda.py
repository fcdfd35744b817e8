import keras
import tensorflow as tf


class SlicingOpLambda(keras.Operation):
    """A slice of a tensor, as Keras had it from 2.4 to 2.15.

    It needs the tensorflow backend.
    """

    def __init__(self, function, name=None):
        super().__init__(name=name)
        if function != "__operators__.getitem":
            raise ValueError("%s is no slice" % function)
        self.function = function

    def call(self, tensor, slice_spec, **kwargs):
        # A tuple of one is written as a list, and so is a tuple of several.
        several = isinstance(slice_spec, (list, tuple))
        spec = tuple(map(self._item, slice_spec)) if several else self._item(slice_spec)
        return tf.__operators__.getitem(tensor, spec, **kwargs)

    @staticmethod
    def _item(item):
        if not isinstance(item, dict):
            return item
        if item.get("class_name") == "__ellipsis__":
            return Ellipsis
        return slice(item["start"], item["stop"], item["step"])

    def get_config(self):
        return {"name": self.name, "function": self.function}
