class _SeesMask(object):
    """A recurrent layer that skips masked steps where it is given its initial state as well.

    Keras 3 hands a mask over under the name `mask` only if a layer is called with one tensor.
    """

    def call(self, sequences, initial_state=None, mask=None, training=False, sequences_mask=None):
        mask = sequences_mask if mask is None else mask
        return super().call(sequences, initial_state=initial_state, mask=mask, training=training)
