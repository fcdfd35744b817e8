import itertools
import math

import keras
import numpy as np
from keras import ops


class _LocallyConnected(keras.layers.Layer):
    """A convolution with a kernel of its own at each position, as Keras had it up to 2.15."""

    rank = None

    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        data_format=None,
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        implementation=1,
        **kwargs,
    ):
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.filters = filters
        self.kernel_size = self._sizes(kernel_size)
        self.strides = self._sizes(strides)
        self.padding = padding.lower()
        self.data_format = data_format or keras.config.image_data_format()
        self.activation = keras.activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.bias_regularizer = keras.regularizers.get(bias_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)
        self.bias_constraint = keras.constraints.get(bias_constraint)
        self.implementation = implementation

    def _sizes(self, value):
        return (value,) * self.rank if isinstance(value, int) else tuple(value)

    def _is_first(self):
        return self.data_format == "channels_first"

    def _made(self, sizes):
        """The spatial sizes of the output."""
        reach = [1] * self.rank if self.padding == "same" else self.kernel_size
        together = zip(sizes, reach, self.strides)
        return tuple(None if n is None else (n - k + s) // s for n, k, s in together)

    def build(self, input_shape):
        spatial = input_shape[2:] if self._is_first() else input_shape[1:-1]
        self._given = tuple(spatial)
        self._channels = input_shape[1 if self._is_first() else -1]
        if None in (*self._given, self._channels):
            raise ValueError("%s needs known sizes, got %s" % (self.name, input_shape))
        self._out = self._made(self._given)
        self.kernel = self.add_weight(
            name="kernel",
            shape=self._kernel_shape(),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(*self._out, self.filters),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def _kernel_shape(self):
        if self.implementation == 1:
            reads = math.prod(self.kernel_size) * self._channels
            return (math.prod(self._out), reads, self.filters)
        if self.implementation == 3:
            self._pairs = self._connected()
            return (len(self._pairs),)
        self._mask = self._connections()
        if self._is_first():
            return (self._channels, *self._given, self.filters, *self._out)
        return (*self._given, self._channels, *self._out, self.filters)

    def _reads(self, index):
        """The inputs that the output at a position reads, along each axis."""
        for at, size, width, stride in zip(index, self._given, self.kernel_size, self.strides):
            start = at * stride - (width // 2 if self.padding == "same" else 0)
            yield range(max(start, 0), min(start + width, size))

    def _connections(self):
        """Ones where an output reads an input; of the shape of the kernel, channels apart."""
        mask = np.zeros((*self._given, *self._out), "float32")
        for index in itertools.product(*map(range, self._out)):
            for place in itertools.product(*self._reads(index)):
                mask[(*place, *index)] = 1.0
        if self._is_first():
            return mask[None].reshape((1, *self._given, 1, *self._out))
        return mask.reshape((*self._given, 1, *self._out, 1))

    def _connected(self):
        """Flat outputs and the flat inputs that they read, sorted."""
        first, pairs = self._is_first(), []
        channels, filters = range(self._channels), range(self.filters)
        places, positions = math.prod(self._given), math.prod(self._out)
        for position, index in enumerate(itertools.product(*map(range, self._out))):
            for place in itertools.product(*self._reads(index)):
                read = int(np.ravel_multi_index(place, self._given))
                for f, c in itertools.product(filters, channels):
                    row = f * positions + position if first else position * self.filters + f
                    column = c * places + read if first else read * self._channels + c
                    pairs.append((row, column))
        return np.array(sorted(pairs), "int32")

    def call(self, inputs):
        outputs = self._by_position(inputs) if self.implementation == 1 else self._at_once(inputs)
        if self.bias is not None:
            bias = self.bias
            if self._is_first():
                bias = ops.reshape(bias, (self.filters, *self._out))
            outputs = outputs + ops.broadcast_to(bias[None], (1, *bias.shape))
        return self.activation(outputs)

    def _by_position(self, inputs):
        parts = []
        for index in itertools.product(*map(range, self._out)):
            window = tuple(
                slice(at * stride, at * stride + width)
                for at, stride, width in zip(index, self.strides, self.kernel_size)
            )
            every = slice(None)
            cut = (every, every, *window) if self._is_first() else (every, *window, every)
            parts.append(ops.reshape(inputs[cut], (1, -1, self.kernel.shape[1])))
        outputs = ops.matmul(ops.concatenate(parts, axis=0), self.kernel)
        outputs = ops.reshape(outputs, (*self._out, -1, self.filters))
        spatial = list(range(self.rank))
        if self._is_first():
            return ops.transpose(outputs, [self.rank, self.rank + 1, *spatial])
        return ops.transpose(outputs, [self.rank, *spatial, self.rank + 1])

    def _at_once(self, inputs):
        ins, outs = math.prod(self._given) * self._channels, math.prod(self._out) * self.filters
        if self.implementation == 3:
            kernel = ops.transpose(ops.scatter(self._pairs, self.kernel, (outs, ins)))
        else:
            kernel = ops.reshape(self.kernel * ops.cast(self._mask, self.kernel.dtype), (ins, outs))
        outputs = ops.matmul(ops.reshape(inputs, (-1, ins)), kernel)
        made = (self.filters, *self._out) if self._is_first() else (*self._out, self.filters)
        return ops.reshape(outputs, (-1, *made))

    def compute_output_shape(self, input_shape):
        if self._is_first():
            return (input_shape[0], self.filters, *self._made(input_shape[2:]))
        return (input_shape[0], *self._made(input_shape[1:-1]), self.filters)

    def get_config(self):
        config = super().get_config()
        for key in ("filters", "kernel_size", "strides", "padding", "data_format", "use_bias"):
            config[key] = getattr(self, key)
        config["implementation"] = self.implementation
        config["activation"] = keras.activations.serialize(self.activation)
        for part in ("kernel", "bias"):
            for kind in ("initializer", "regularizer", "constraint"):
                key = part + "_" + kind
                serialize = getattr(keras, kind + "s").serialize
                config[key] = serialize(getattr(self, key))
        serialize = keras.regularizers.serialize
        config["activity_regularizer"] = serialize(self.activity_regularizer)
        return config
