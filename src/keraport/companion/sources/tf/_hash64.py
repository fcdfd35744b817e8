def _hash64(words, salt):
    """All 64 bits of the hash of words, as int64.

    TensorFlow gives a hash modulo some number only; modulo 2**62 are the lower 62 bits, and modulo
    2**62 - 1 is the sum of those and of the upper two bits.
    """
    lower = _hashes(words, 2**62, salt)
    upper = _hashes(words, 2**62 - 1, salt) - lower
    upper = tf.where(upper < 0, upper + (2**62 - 1), upper)
    # Twice, because 2**63 is no int64.
    return lower + upper * 2**61 + upper * 2**61
