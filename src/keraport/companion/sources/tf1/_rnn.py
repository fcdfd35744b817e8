from tensorflow.python.util import nest


def _rnn(step, inputs, states, mask, layer):
    """``tf.keras.backend.rnn`` of TensorFlow 2.3: last outputs, all outputs, and last states.

    At a masked step the states stay, and the output is the one before, at first zeros; with
    `zero_output_for_mask` it is always zeros. Inputs and states may be structures; the outputs of
    a step are a flat list.
    """
    major, backwards = layer.time_first, layer.go_backwards
    sequences = [item if major else _swapped(item) for item in nest.flatten(inputs)]
    length, batch = sequences[0].shape.as_list()[:2]
    if mask is not None:
        mask = tf.cast(mask, tf.bool)
        mask = tf.expand_dims(mask, -1) if mask.shape.ndims == 2 else mask
        mask = mask if major else _swapped(mask)
        mask = tf.reverse(mask, [0]) if backwards else mask
    sequences = [tf.reverse(item, [0]) if backwards else item for item in sequences]
    trained_apart = []

    def flat_step(values, before):
        values = nest.pack_sequence_as(inputs, values)
        output, after = step(values, nest.pack_sequence_as(states, list(before)))
        flat = nest.flatten(output)
        trained_apart.extend(getattr(item, "_uses_learning_phase", False) for item in flat)
        return flat, nest.flatten(after)

    run = _unrolled if layer.unroll else _looped
    flat_states = nest.flatten(states)
    zero = layer.zeroes_masked
    last, outputs, after = run(flat_step, sequences, flat_states, mask, zero, backwards)
    for output in outputs:
        output.set_shape([length, batch] + output.shape.as_list()[2:])
    outputs = outputs if major else [_swapped(output) for output in outputs]
    for tensor in last + outputs + list(after):
        tensor._uses_learning_phase = any(trained_apart)
    return last, outputs, nest.pack_sequence_as(states, list(after))
