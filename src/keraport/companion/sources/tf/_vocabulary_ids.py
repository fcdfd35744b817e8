def _vocabulary_ids(tokens, vocabulary, others, default):
    """The places of words or integers in a vocabulary, without a table that must be initialised.

    Args:
        tokens: of one dimension.
        vocabulary: a list of words or integers.
        others: so many numbers behind the vocabulary are for tokens that it does not hold.
        default: the number of such tokens where there are none.
    """
    words = tf.constant(vocabulary, tokens.dtype)
    if tokens.dtype == tf.string:
        keys, given = [tf.strings.to_hash_bucket_fast(x, 2**63 - 1) for x in (words, tokens)]
    else:
        keys, given = words, tokens
    keys, order = tf.nn.top_k(-keys, k=len(vocabulary))
    places = tf.minimum(tf.searchsorted(-keys, given), len(vocabulary) - 1)
    ids = tf.gather(order, places)
    found = tf.equal(tf.gather(words, ids), tokens)
    ids = tf.cast(ids, tf.int64)
    if others:
        texts = tokens if tokens.dtype == tf.string else _as_text(tokens)
        unknown = tf.strings.to_hash_bucket_fast(texts, others) + len(vocabulary)
    else:
        unknown = tf.fill(tf.shape(ids), tf.constant(default, tf.int64))
    return tf.where(found, ids, unknown)
