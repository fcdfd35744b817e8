def _fn_compat_v1_pad(tensor, paddings, mode="CONSTANT", constant_values=0):
    return tf.pad(tensor, paddings, mode, constant_values=constant_values)
