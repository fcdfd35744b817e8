def _fn_nn_leaky_relu(features, alpha=0.2):
    return tf.where(features > 0, features, alpha * features)
