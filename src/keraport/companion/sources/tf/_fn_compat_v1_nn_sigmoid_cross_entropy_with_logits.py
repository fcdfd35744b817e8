def _fn_compat_v1_nn_sigmoid_cross_entropy_with_logits(labels, logits):
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
