def _unrolled(step, sequences, states, mask, zero, backwards):
    """The last outputs, those of all steps, and the last states, without a loop; see `_rnn`."""
    made, last = [], None
    given = [tf.unstack(sequence) for sequence in sequences]
    masks = None if mask is None else tf.unstack(mask)
    for time, values in enumerate(zip(*given)):
        outputs, after = step(list(values), states)
        if masks is not None:
            last = [tf.zeros_like(output) for output in outputs] if last is None else last
            outputs = [_where_masked(masks[time], *pair) for pair in zip(outputs, last)]
            after = [_where_masked(masks[time], *pair) for pair in zip(after, states)]
        made.append(outputs)
        last, states = outputs, after
    stacked = [tf.stack(outputs) for outputs in zip(*made)]
    if zero and masks is not None:
        # TensorFlow 2.3 forgets here that the steps of the mask run backwards.
        mask = tf.reverse(mask, [0]) if backwards else mask
        last = [_where_masked(masks[-1], item, tf.zeros_like(item)) for item in last]
        stacked = [_where_masked(mask, item, tf.zeros_like(item)) for item in stacked]
    return last, stacked, states
