def _fn_nn_silu(features, beta=1.0):
    return features * tf.nn.sigmoid(features if beta == 1.0 else beta * features)
