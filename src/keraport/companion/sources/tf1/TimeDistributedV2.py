class TimeDistributedV2(tf.keras.layers.TimeDistributed):
    """TimeDistributed of TensorFlow 2.3, for batches of a fixed size.

    All steps are one larger batch of a built-in layer, which gets their masks; only layers of the
    user's own, and those that keep states, are called step by step.
    """

    go_backwards = time_first = unroll = zeroes_masked = False

    def _goes_step_by_step(self, inputs):
        one_batch = _is_built_in(self.layer) and not getattr(self.layer, "stateful", False)
        return inputs.shape.as_list()[0] is not None and not one_batch

    def call(self, inputs, training=None, mask=None):
        if self._goes_step_by_step(inputs):

            def step(values, states):
                return _called(self.layer, values, training=training)[0], []

            outputs = _rnn(step, inputs, [], mask, self)[1][0]
        else:
            mask = None if mask is None else _without_time(mask)
            given = _without_time(inputs)
            made = _called(self.layer, given, training=training, mask=mask)[0]
            outputs = _with_time(made, inputs)
            outputs._uses_learning_phase = getattr(made, "_uses_learning_phase", False)
        regularizer = getattr(self.layer, "activity_regularizer", None)
        if regularizer is not None:
            self.add_loss(regularizer(outputs), inputs)
        return outputs

    def compute_mask(self, inputs, mask=None):
        if self._goes_step_by_step(inputs):
            return mask
        given = None if mask is None else _without_time(mask)
        made = self.layer.compute_mask(_without_time(inputs), given)
        if made is not None:
            return _with_time(made, inputs)
        if mask is None:
            return None
        axes = list(range(2, mask.shape.ndims))
        return tf.reduce_any(mask, axes) if axes else mask
