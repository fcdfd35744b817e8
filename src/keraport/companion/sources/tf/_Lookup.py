class _Lookup(_PreprocessingLayer):
    """The place of each word or integer in a vocabulary, as tf.keras has it since TensorFlow 2.4.

    There the vocabulary is in a table; here it is a constant, which is saved with the config. `gives`
    is the dtype of what is no number of a word; there it is that of the layer.
    """

    def __init__(
        self,
        vocabulary,
        num_oov_indices=1,
        mask_token=None,
        oov_token=None,
        output_mode="int",
        invert=False,
        max_tokens=None,
        pad_to_max_tokens=False,
        gives="float32",
        **kwargs
    ):
        super(_Lookup, self).__init__(**kwargs)
        self.given = list(vocabulary)
        self.num_oov_indices = num_oov_indices
        self.mask_token = mask_token
        self.oov_token = oov_token
        self.output_mode = output_mode
        self.invert = invert
        self.max_tokens = max_tokens
        self.pad_to_max_tokens = pad_to_max_tokens
        self.gives = gives
        masked = mask_token is not None and output_mode == "int"
        self.special = [mask_token] * masked + [oov_token] * num_oov_indices
        found = self.given[: len(self.special)] == self.special
        self.tokens = self.given[len(self.special) :] if found else self.given

    def call(self, inputs):
        if self.invert:
            return self._words(inputs)
        ids = self._ids(tf.cast(inputs, self.key_dtype) if self.key_dtype != "string" else inputs)
        return self._encoded(ids)

    def _words(self, ids):
        words = tf.constant(self.special + self.tokens, self.key_dtype)
        size = len(self.special) + len(self.tokens)
        ids = tf.cast(ids, tf.int64)
        known = tf.logical_and(ids >= 0, ids < size)
        unknown = tf.fill(tf.shape(ids), tf.constant(self.oov_token, self.key_dtype))
        found = tf.gather(words, tf.clip_by_value(ids, 0, size - 1))
        return tf.where(known, found, unknown)

    def _ids(self, tokens):
        """Numbers of tokens; -1 for one that is to be left out."""
        shape = tf.shape(tokens)
        flat = tf.reshape(tokens, [-1])
        ids = _vocabulary_ids(flat, self.tokens, 0, -1)
        first = len(self.special) - self.num_oov_indices
        if self.num_oov_indices > 1 and self.key_dtype == "string":
            unknown = tf.strings.to_hash_bucket_fast(flat, self.num_oov_indices) + first
        elif self.num_oov_indices > 1:
            unknown = tf.cast(flat % self.num_oov_indices, tf.int64) + first
        else:
            unknown = tf.zeros_like(ids) + (first if self.num_oov_indices else -1)
        ids = tf.where(ids < 0, unknown, ids + len(self.special))
        if self.mask_token is not None:
            hidden = tf.equal(flat, tf.constant(self.mask_token, flat.dtype))
            masked = tf.zeros_like(ids) + (0 if self.output_mode == "int" else -1)
            ids = tf.where(hidden, masked, ids)
        return tf.reshape(ids, shape)

    @property
    def _size(self):
        return self.max_tokens if self.pad_to_max_tokens else len(self.special) + len(self.tokens)

    def _encoded(self, ids):
        """The numbers, or how often each of them comes in a sample."""
        if self.output_mode == "int":
            return ids
        if self.output_mode == "one_hot" and ids.shape.as_list()[-1] != 1:
            ids = tf.expand_dims(ids, -1)
        dtype = self.gives
        counts = tf.reduce_sum(tf.one_hot(ids, self._size, dtype=dtype), axis=-2)
        if self.output_mode in ("multi_hot", "one_hot"):
            return tf.cast(counts > 0, dtype)
        return counts

    def compute_output_shape(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        if self.output_mode == "int":
            return tf.TensorShape(sizes)
        one = self.output_mode == "one_hot" and sizes[-1] != 1
        return tf.TensorShape((sizes if one else sizes[:-1]) + [self._size])

    def get_config(self):
        config = super(_Lookup, self).get_config()
        config.update(
            vocabulary=list(self.given),
            num_oov_indices=self.num_oov_indices,
            mask_token=self.mask_token,
            oov_token=self.oov_token,
            output_mode=self.output_mode,
            invert=self.invert,
            max_tokens=self.max_tokens,
            pad_to_max_tokens=self.pad_to_max_tokens,
            gives=self.gives,
        )
        return config
