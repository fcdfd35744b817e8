def _fn_compat_v1_nn_softmax_cross_entropy_with_logits_v2(labels, logits, axis=-1):
    return tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits, dim=axis)
