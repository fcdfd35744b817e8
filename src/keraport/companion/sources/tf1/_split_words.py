def _split_words(texts):
    """The words of each text in a row, which empty ones fill up."""
    words = tf.string_split(texts, delimiter=" \t\n\r\v\f")
    return tf.sparse_tensor_to_dense(words, default_value="")
