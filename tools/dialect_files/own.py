"""Classes and functions of a user's own, most of them named like ones of Keras."""

try:
    import keras
except ImportError:  # TF 2.3
    from tensorflow import keras

layers = keras.layers
register = getattr(keras, "saving", keras.utils).register_keras_serializable


@register(package="acme")
class LayerNormalization(layers.Layer):
    """Multiplies by a weight and a factor; normalises nothing."""

    def __init__(self, factor=2.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def build(self, input_shape):
        """One weight for each feature."""
        self.scale = self.add_weight(name="scale", shape=(input_shape[-1],), initializer="ones")
        super().build(input_shape)

    def call(self, inputs):
        """The product."""
        return inputs * self.scale * self.factor

    def compute_output_shape(self, input_shape):
        """As Keras 3 asks for it in wrappers."""
        return input_shape

    def get_config(self):
        """With the factor."""
        return {**super().get_config(), "factor": self.factor}


class Multiply(layers.Layer):
    """In no package; called on a single tensor."""

    def call(self, inputs):
        """Three times as much."""
        return inputs * 3.0


@register()
class Exp(layers.Layer):
    """Named like an operation of Keras 3; in the package of those who name none."""

    def build(self, input_shape):
        """One weight for each feature."""
        self.base = self.add_weight(name="base", shape=(input_shape[-1],), initializer="ones")
        super().build(input_shape)

    def call(self, inputs):
        """No exponential."""
        return inputs + self.base


@register(package="acme")
class Blend(layers.Layer):
    """Takes further tensors: alone, in a list, in a dict."""

    def call(self, inputs, other=None, many=None, named=None, twice=False):
        """Everything summed."""
        total = inputs + 2 * other + many[0] * many[1]
        if named:
            total = total + named["a"]
        return total * 2 if twice else total


@register(package="acme")
class GlorotUniform(keras.initializers.Initializer):
    """Draws nothing."""

    def __init__(self, gain=1.0):
        self.gain = gain

    def __call__(self, shape, dtype=None, **_):
        """The same value everywhere."""
        return keras.initializers.Constant(self.gain)(shape, dtype)

    def get_config(self):
        """With the gain."""
        return {"gain": self.gain}


@register(package="acme")
class LSTMCell(layers.SimpleRNNCell):
    """A simple cell."""


@register(package="acme")
class Sequential(keras.Sequential):
    """A stack that computes what any stack computes."""


class Net(keras.Model):
    """A graph that computes what any graph computes."""


@register(package="acme")
class Huber(keras.losses.Huber):
    """A loss."""


CLASSES = {
    "acme>LayerNormalization": LayerNormalization,
    "Multiply": Multiply,
    "Custom>Exp": Exp,
    "acme>Blend": Blend,
    "acme>GlorotUniform": GlorotUniform,
    "acme>LSTMCell": LSTMCell,
    "acme>Sequential": Sequential,
    "Net": Net,
    "acme>Huber": Huber,
}
"""As ``custom_objects`` wants them."""
