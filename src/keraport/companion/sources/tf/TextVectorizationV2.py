class TextVectorizationV2(_Lookup):
    """The places of a text's words in a vocabulary."""

    key_dtype = "string"

    def __init__(
        self,
        vocabulary,
        standardize="lower_and_strip_punctuation",
        split="whitespace",
        output_mode="int",
        output_sequence_length=None,
        **kwargs
    ):
        kwargs.update(mask_token="", oov_token="[UNK]", num_oov_indices=1)
        super(TextVectorizationV2, self).__init__(
            vocabulary=vocabulary, output_mode=output_mode, **kwargs
        )
        self.standardize = standardize
        self.split = split
        self.output_sequence_length = output_sequence_length

    def call(self, inputs):
        words = inputs
        if self.standardize in ("lower", "lower_and_strip_punctuation"):
            words = _lowered(words)
        if self.standardize in ("strip_punctuation", "lower_and_strip_punctuation"):
            marks = r"[!\"#$%&()\*\+,-\./:;<=>?@\[\\\]^_`{|}~']"
            words = tf.strings.regex_replace(words, marks, "")
        if self.split == "whitespace":
            words = _split_words(tf.reshape(words, [-1]))
        ids = self._ids(words)
        if self.output_mode == "int" and self.output_sequence_length is not None:
            length = self.output_sequence_length
            ids = tf.pad(ids[..., :length], self._padding(ids, length))
        outputs = self._encoded(ids)
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return outputs

    @staticmethod
    def _padding(ids, length):
        missing = tf.maximum(0, length - tf.shape(ids)[-1])
        return [[0, 0]] * (ids.shape.ndims - 1) + [[0, missing]]

    def compute_output_shape(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        if self.split == "whitespace":
            sizes = sizes[:1] + [None]
        if self.output_mode != "int":
            return tf.TensorShape(sizes[:-1] + [self._size])
        length = self.output_sequence_length
        return tf.TensorShape(sizes if length is None else sizes[:-1] + [length])

    def get_config(self):
        config = super(TextVectorizationV2, self).get_config()
        for key in ("mask_token", "oov_token", "num_oov_indices", "invert"):
            del config[key]
        config.update(
            standardize=self.standardize,
            split=self.split,
            output_sequence_length=self.output_sequence_length,
        )
        return config
