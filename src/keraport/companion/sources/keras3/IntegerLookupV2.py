import keras
import numpy as np
from keras import ops


class IntegerLookupV2(keras.layers.Layer):
    """IntegerLookup on any backend: the place of each integer in a vocabulary.

    The vocabulary is a constant here, which is saved with the config. What it gives are whole numbers
    in every mode, as in Keras 3.
    """

    def __init__(
        self,
        vocabulary,
        num_oov_indices=1,
        mask_token=None,
        oov_token=-1,
        output_mode="int",
        max_tokens=None,
        pad_to_max_tokens=False,
        **kwargs
    ):
        super().__init__(**kwargs)
        self.given = list(vocabulary)
        self.num_oov_indices = num_oov_indices
        self.mask_token = mask_token
        self.oov_token = oov_token
        self.output_mode = output_mode
        self.max_tokens = max_tokens
        self.pad_to_max_tokens = pad_to_max_tokens
        masked = mask_token is not None and output_mode == "int"
        special = [mask_token] * masked + [oov_token] * num_oov_indices
        found = self.given[: len(special)] == special
        tokens = np.array(self.given[len(special) :] if found else self.given, "int64")
        order = np.argsort(tokens, kind="stable")
        self._sorted, self._places = tokens[order], order + len(special)
        self._first_unknown = int(masked)
        self._size = max_tokens if pad_to_max_tokens else len(special) + len(tokens)

    def call(self, inputs):
        inputs = ops.cast(inputs, "int64")
        ids = self._ids(inputs)
        if self.output_mode == "int":
            return ids
        if self.output_mode == "one_hot" and ids.shape[-1] != 1:
            ids = ops.expand_dims(ids, -1)
        counts = ops.sum(ops.one_hot(ids, self._size, dtype="int64"), axis=-2)
        return counts if self.output_mode == "count" else ops.cast(counts > 0, "int64")

    def _ids(self, inputs):
        """Numbers of tokens; -1 for one that is to be left out."""
        known = ops.convert_to_tensor(self._sorted, dtype=inputs.dtype)
        places = ops.convert_to_tensor(self._places, dtype=inputs.dtype)
        at = ops.minimum(ops.searchsorted(known, ops.reshape(inputs, (-1,))), len(self._sorted) - 1)
        at = ops.reshape(at, ops.shape(inputs))
        if self.num_oov_indices > 1:
            unknown = ops.mod(inputs, self.num_oov_indices) + self._first_unknown
        else:
            unknown = ops.full_like(inputs, self._first_unknown if self.num_oov_indices else -1)
        ids = ops.where(ops.equal(ops.take(known, at), inputs), ops.take(places, at), unknown)
        if self.mask_token is not None:
            hidden = ops.full_like(ids, 0 if self.output_mode == "int" else -1)
            ids = ops.where(ops.equal(inputs, self.mask_token), hidden, ids)
        return ids

    def compute_output_spec(self, inputs):
        sizes = tuple(inputs.shape)
        if self.output_mode != "int":
            one = self.output_mode == "one_hot" and sizes[-1] != 1
            sizes = (sizes if one else sizes[:-1]) + (self._size,)
        return keras.KerasTensor(sizes, dtype="int64")

    def get_config(self):
        config = super().get_config()
        config.update(
            vocabulary=list(self.given),
            num_oov_indices=self.num_oov_indices,
            mask_token=self.mask_token,
            oov_token=self.oov_token,
            output_mode=self.output_mode,
            max_tokens=self.max_tokens,
            pad_to_max_tokens=self.pad_to_max_tokens,
        )
        return config
