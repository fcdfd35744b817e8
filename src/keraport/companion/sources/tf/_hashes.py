def _hashes(words, number, salt):
    """Hashes of words modulo a number: SipHash64 with two salts, FarmHash64 without."""
    if salt is None:
        return tf.strings.to_hash_bucket_fast(words, number)
    return tf.strings.to_hash_bucket_strong(words, number, list(salt))
