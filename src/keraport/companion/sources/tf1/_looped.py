def _looped(step, sequences, states, mask, zero, backwards):
    """The last outputs, those of all steps, and the last states, by a loop; see `_rnn`."""
    steps = tf.shape(sequences[0])[0]
    first, _ = step([sequence[0] for sequence in sequences], states)
    given = [tf.TensorArray(item.dtype, size=steps).unstack(item) for item in sequences]
    masks = None if mask is None else tf.TensorArray(tf.bool, size=steps).unstack(mask)
    blank = [] if mask is None else [tf.zeros_like(output) for output in first]

    def body(time, made, last, states):
        outputs, after = step([item.read(time) for item in given], states)
        for old, new in zip(list(first) + list(states), list(outputs) + list(after)):
            new.set_shape(old.shape)
        if masks is not None:
            here = masks.read(time)
            before = blank if zero else last
            outputs = [_where_masked(here, new, old) for new, old in zip(outputs, before)]
            after = [_where_masked(here, new, old) for new, old in zip(after, states)]
            last = outputs
        made = [array.write(time, output) for array, output in zip(made, outputs)]
        return time + 1, made, last, after

    made = [tf.TensorArray(item.dtype, size=steps, element_shape=item.shape) for item in first]
    _, made, _, states = tf.while_loop(
        lambda time, *_: time < steps,
        body,
        (tf.constant(0), made, blank, list(states)),
        # Without states of its own a step may keep some in variables, which the next one reads.
        parallel_iterations=32 if states else 1,
        swap_memory=True,
    )
    stacked = [array.stack() for array in made]
    return [item[-1] for item in stacked], stacked, states
