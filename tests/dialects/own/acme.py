"""The user's own classes of ``tools/dialect_files`` for TensorFlow 1.12."""

import tensorflow as tf


def register_keras_serializable(package="Custom", name=None):
    def registered(item):
        key = "%s>%s" % (package, name or item.__name__)
        tf.keras.utils.get_custom_objects()[key] = item
        return item

    return registered


@register_keras_serializable(package="acme")
class LayerNormalization(tf.keras.layers.Layer):
    def __init__(self, factor=2.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def build(self, input_shape):
        shape = (int(input_shape[-1]),)
        self.scale = self.add_weight("scale", shape=shape, initializer="ones")
        super().build(input_shape)

    def call(self, inputs):
        return inputs * self.scale * self.factor

    def get_config(self):
        config = super().get_config()
        return dict(config, factor=self.factor)


@register_keras_serializable(package="acme")
class GlorotUniform(tf.keras.initializers.Initializer):
    def __init__(self, gain=1.0):
        self.gain = gain

    def __call__(self, shape, dtype=None, partition_info=None):
        return tf.keras.initializers.Constant(self.gain)(shape, dtype)

    def get_config(self):
        return {"gain": self.gain}
