import keras
from keras import ops


class BatchRenormalization(keras.layers.BatchNormalization):
    """BatchNormalization that renormalises while it trains, as Keras 3.14 and later do."""

    def __init__(self, renorm=True, renorm_clipping=None, renorm_momentum=0.99, **kwargs):
        super().__init__(**kwargs)
        self.renorm = renorm
        self.renorm_clipping = dict(renorm_clipping or {})
        self.renorm_momentum = renorm_momentum

    def build(self, input_shape):
        super().build(input_shape)
        shape = (input_shape[self.axis],)
        self.moving_stddev, self.renorm_mean, self.renorm_stddev = (
            self.add_weight(shape=shape, name=name, initializer=initializer, trainable=False)
            for name, initializer in (
                ("moving_stddev", "ones"),
                ("renorm_mean", "zeros"),
                ("renorm_stddev", "ones"),
            )
        )

    def call(self, inputs, training=None, mask=None):
        if not (training and self.trainable):
            return super().call(inputs, training=False, mask=mask)
        wide = "float64" if self.compute_dtype == "float64" else "float32"
        x = ops.cast(inputs, wide)
        mean, variance = self._of_batch(x, mask)
        stddev = ops.sqrt(variance + self.epsilon)
        known = ops.maximum(self.renorm_stddev, self.epsilon**0.5)
        r, d = stddev / known, (mean - self.renorm_mean) / known
        least, most, far = (self.renorm_clipping.get(key) for key in ("rmin", "rmax", "dmax"))
        r = r if least is None else ops.maximum(r, least)
        r = r if most is None else ops.minimum(r, most)
        d = d if far is None else ops.clip(d, -far, far)
        self._move(mean, stddev)
        along = [1] * len(inputs.shape)
        along[self.axis] = -1
        mean, stddev, r, d = (
            ops.reshape(value, along)
            for value in (mean, stddev, ops.stop_gradient(r), ops.stop_gradient(d))
        )
        outputs = (x - mean) / stddev * r + d
        if self.scale:
            outputs = outputs * ops.reshape(ops.cast(self.gamma, wide), along)
        if self.center:
            outputs = outputs + ops.reshape(ops.cast(self.beta, wide), along)
        return ops.cast(outputs, self.compute_dtype)

    def _of_batch(self, x, mask):
        """The mean and the variance of each channel, without masked steps."""
        last = self.axis % len(x.shape)
        axes = [axis for axis in range(len(x.shape)) if axis != last]
        if mask is None:
            return ops.mean(x, axis=axes), ops.var(x, axis=axes)
        kept = ops.cast(ops.broadcast_to(ops.expand_dims(mask, -1), ops.shape(x)), x.dtype)
        count = ops.sum(kept, axis=axes, keepdims=True) + keras.config.epsilon()
        mean = ops.sum(x * kept, axis=axes, keepdims=True) / count
        variance = ops.sum(ops.square(x - mean) * kept, axis=axes, keepdims=True) / count
        return ops.squeeze(mean), ops.squeeze(variance)

    def _move(self, mean, stddev):
        """The averages a step on, those of the standard deviation in the place of the variance."""
        for kept, value, momentum in (
            (self.renorm_mean, mean, self.renorm_momentum),
            (self.renorm_stddev, stddev, self.renorm_momentum),
            (self.moving_mean, mean, self.momentum),
            (self.moving_stddev, stddev, self.momentum),
        ):
            kept.assign(kept * momentum + value * (1.0 - momentum))
        variance = ops.square(self.moving_stddev) - self.epsilon
        self.moving_variance.assign(ops.maximum(variance, 0))

    def get_config(self):
        return {
            **super().get_config(),
            "renorm": self.renorm,
            "renorm_clipping": self.renorm_clipping,
            "renorm_momentum": self.renorm_momentum,
        }
