def _fn_nn_gelu(features, approximate=False):
    if approximate:
        inner = 0.7978845608028654 * (features + 0.044715 * tf.pow(features, 3))
        return 0.5 * features * (1.0 + tf.tanh(inner))
    return (
        0.5 * features * (1.0 + tf.math.erf(features / tf.cast(1.4142135623730951, features.dtype)))
    )
