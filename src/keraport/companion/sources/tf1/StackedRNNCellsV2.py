from tensorflow.python.util import nest


class StackedRNNCellsV2(tf.keras.layers.StackedRNNCells):
    """Stacked cells whose states are a structure, one item a cell, as in TensorFlow 2.3.

    They may hold stacked cells themselves, and cells that take constants.
    """

    @property
    def state_size(self):
        cells = self.cells[::-1] if self.reverse_state_order else self.cells
        return tuple(cell.state_size for cell in cells)

    def get_initial_state(self, inputs=None, batch_size=None, dtype=None):
        if inputs is not None:
            batch_size, dtype = tf.shape(inputs)[0], inputs.dtype
        cells = self.cells[::-1] if self.reverse_state_order else self.cells
        return tuple(_initial_states(cell, batch_size, dtype) for cell in cells)

    def call(self, inputs, states, constants=None, training=None):
        size = self.state_size
        nested = nest.pack_sequence_as(size, nest.flatten(states))
        nested = nested[::-1] if self.reverse_state_order else nested
        made = []
        for cell, before in zip(self.cells, nested):
            before = before if nest.is_sequence(before) else [before]
            if len(before) == 1 and getattr(cell, "_is_tf_rnn_cell", None) is not None:
                before = before[0]
            given = {"constants": constants, "training": training}
            names = _arguments_of(cell.call)
            given = {name: value for name, value in given.items() if name in names}
            inputs, after = cell.call(inputs, before, **given)
            made.append(after)
        made = made[::-1] if self.reverse_state_order else made
        return inputs, nest.pack_sequence_as(size, nest.flatten(made))

    def build(self, input_shape):
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        for cell in self.cells:
            if isinstance(cell, tf.keras.layers.Layer) and not cell.built:
                _built(cell, tuple(shape))
            made = getattr(cell, "output_size", None)
            size = _sizes(cell.state_size if made is None else made)[0]
            shape = (shape[0],) + tuple(size)
        self.built = True
