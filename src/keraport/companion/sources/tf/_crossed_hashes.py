def _crossed_hashes(tensors, num_bins, salt):
    """A number below num_bins for each way to take one value of each tensor.

    It is what TensorFlow 2.3's SparseCrossHashed computes: all 64 bits of the hash of a word, then
    those of the next one mixed in, modulo num_bins; all as unsigned numbers. Given integers, that
    release crashes.

    Args:
        tensors: of words, each of shape [batch, n].
        salt: two numbers for SipHash64; None for FarmHash64.
    """
    rows = tf.shape(tensors[0])[0]
    hashes = None
    for tensor in tensors:
        values = _hash64(tensor, salt)
        if hashes is None:
            hashes = values
            continue
        columns = tf.shape(hashes)[1] * tf.shape(values)[1]
        shape = tf.stack([rows, tf.shape(hashes)[1], tf.shape(values)[1]])
        zeros = tf.zeros(shape, tf.int64)
        mixed = _mixed_hashes(hashes[:, :, tf.newaxis] + zeros, values[:, tf.newaxis, :] + zeros)
        hashes = tf.reshape(mixed, tf.stack([rows, columns]))
    half = _shifted_right(hashes, 1) % num_bins
    return (half * 2 + tf.bitwise.bitwise_and(hashes, tf.ones_like(hashes))) % num_bins
