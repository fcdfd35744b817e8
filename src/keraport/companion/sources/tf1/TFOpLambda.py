class TFOpLambda(_FunctionLayer):
    """A function of TensorFlow 2, here one of this release or of this file."""

    def _applied(self, *args, **kwargs):
        outputs = (self._own or _public(self.function))(*args, **kwargs)
        if self.function in ("math.reduce_max", "math.reduce_min"):
            # As an output of a model, grappler would give that of what an activation was given.
            return tf.identity(outputs)
        return outputs
