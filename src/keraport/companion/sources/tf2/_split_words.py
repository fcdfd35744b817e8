def _split_words(texts):
    """The words of each text in a row, which empty ones fill up."""
    return tf.strings.split(texts).to_tensor(default_value="")
