def _masked_hashes(values, num_bins, salt, mask_value):
    """Hashes of words or integers; the first number is for `mask_value`, if there is one."""
    hidden = None
    if mask_value is not None and num_bins > 1:
        num_bins -= 1
        hidden = tf.equal(values, tf.constant(mask_value, values.dtype))
    words = _as_text(values) if values.dtype.is_integer else values
    outputs = _hashes(words, num_bins, salt)
    if hidden is None:
        return outputs
    return (outputs + 1) * tf.cast(tf.logical_not(hidden), outputs.dtype)
