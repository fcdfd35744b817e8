from keras import ops


class _AveragesInside:
    """Averages at a border are of what lies inside, on any backend."""

    def call(self, inputs):
        if self.padding != "same":
            return super().call(inputs)
        start = 2 if self.data_format == "channels_first" else 1
        widths = [(0, 0)] * len(inputs.shape)
        for axis, (size, step) in enumerate(zip(self.pool_size, self.strides), start):
            length = inputs.shape[axis]
            total = max((-(-length // step) - 1) * step + size - length, 0)
            widths[axis] = (total // 2, total - total // 2)
        sums = self._averages(ops.pad(inputs, widths))
        return sums / self._averages(ops.pad(ops.ones_like(inputs[:1]), widths))

    def _averages(self, padded):
        return ops.average_pool(
            padded, self.pool_size, self.strides, padding="valid", data_format=self.data_format
        )
