class _TensorShape(tf.TensorShape):
    """Gives numbers, and None where a size is open, as TensorFlow 2 does."""

    def __getitem__(self, key):
        item = tf.TensorShape.__getitem__(self, key)
        return _TensorShape(item) if isinstance(key, slice) else item.value

    def __iter__(self):
        return iter(self.as_list())

    def __add__(self, other):
        return _TensorShape(self.concatenate(_TensorShape(other)))

    def __radd__(self, other):
        return _TensorShape(_TensorShape(other).concatenate(self))

    @property
    def rank(self):
        return self.ndims
