import keras
import tensorflow as tf


class CategoryCrossing(keras.layers.Layer):
    """Words made of one word of each tensor, as tf.keras had it in TensorFlow 2.3 to 2.7.

    It needs the tensorflow backend.

    Args:
        depth: how many tensors to cross: all (None), from one up to that many, or each of a list.
        separator: stands between the words.
    """

    def __init__(self, depth=None, separator="_X_", dtype=None, **kwargs):
        # Its outputs are words, and a policy is one of numbers.
        del dtype
        super().__init__(**kwargs)
        self.depth = depth
        self.separator = "_X_" if separator is None else separator

    def call(self, inputs):
        words = [x if x.dtype == tf.string else _as_text(tf.cast(x, tf.int64)) for x in inputs]
        words = [tf.expand_dims(x, -1) if x.shape.ndims == 1 else x for x in words]
        crossed = []
        for depth in self._depths(len(words)):
            for group in _combinations(words, depth):
                crossed.append(self._crossed(group))
        return tf.concat(crossed, axis=1)

    def _crossed(self, group):
        rows = tf.shape(group[0])[0]
        crossed = group[0]
        for words in group[1:]:
            pairs = crossed[:, :, tf.newaxis] + self.separator + words[:, tf.newaxis, :]
            crossed = tf.reshape(pairs, [rows, tf.shape(crossed)[1] * tf.shape(words)[1]])
        return crossed

    def _depths(self, count):
        if not self.depth:
            return [count]
        depths = range(1, self.depth + 1) if isinstance(self.depth, int) else self.depth
        if max(depths) > count:
            raise ValueError("%s crosses %s of %d tensors" % (self.name, self.depth, count))
        return list(depths)

    def compute_output_shape(self, input_shape):
        shapes = [shape if len(shape) > 1 else (*shape, 1) for shape in input_shape]
        depths = self._depths(len(shapes))
        return tuple(_crossed_shape(shapes, depths).as_list())

    def compute_output_spec(self, inputs):
        shape = self.compute_output_shape([x.shape for x in inputs])
        return keras.KerasTensor(shape, dtype="string")

    def get_config(self):
        config = super().get_config()
        config.update(depth=self.depth, separator=self.separator)
        return config
