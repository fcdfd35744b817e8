import keras


class SlicingOpLambdaV2(_Settled):
    """A slice of a tensor, as Keras had it from 2.4 to 2.15, written for every backend."""

    def __init__(self, function, name=None):
        super().__init__(name=name)
        if function != "__operators__.getitem":
            raise ValueError("%s is no slice" % function)
        self.function = function

    def call(self, tensor, slice_spec):
        # A tuple of one is written as a list, and so is a tuple of several.
        several = isinstance(slice_spec, (list, tuple))
        spec = [self._item(item) for item in slice_spec] if several else [self._item(slice_spec)]
        if Ellipsis not in spec:
            spec.append(Ellipsis)
        axes = len(tensor.shape) - sum(item is not None and item is not Ellipsis for item in spec)
        whole, axis, found = [slice(None)] * axes, 0, []
        where, torch = spec.index(Ellipsis), keras.backend.backend() == "torch"
        for item in spec[:where] + whole + spec[where + 1 :]:
            if torch and isinstance(item, slice) and (item.step or 1) < 0:
                # It has no steps backwards.
                places = list(range(*item.indices(tensor.shape[axis])))
                tensor = keras.ops.take(tensor, places, axis=axis)
                item = slice(None)
            found.append(item)
            axis += item is not None
        return tensor[tuple(found)]

    @staticmethod
    def _item(item):
        if not isinstance(item, dict):
            return item
        if item.get("class_name") == "__ellipsis__":
            return Ellipsis
        return slice(item["start"], item["stop"], item["step"])

    def get_config(self):
        return {"name": self.name, "function": self.function}
