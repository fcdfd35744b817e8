import numpy as np
from tensorflow.python.util import nest


class _RecurrentV2(object):
    """What recurrent layers of TensorFlow 2.3 do and the stock ones do not.

    They take time as their first axis, repeat the last output at masked steps or put out zeros
    there, run in other dtypes than float32, unroll a single step, and keep their states, wherever
    they stand and however often they are called, as soon as their output is computed.
    """

    _makes_cell = True
    _heeds_keywords = True

    def __init__(self, *args, **kwargs):
        self.time_major = kwargs.pop("time_major", False)
        self.zero_output_for_mask = kwargs.pop("zero_output_for_mask", False)
        kwargs.pop("enable_caching_device", None)
        super(_RecurrentV2, self).__init__(*args, **kwargs)
        if self._makes_cell:
            _share_dtype(self, self.cell)
        self.door = None
        self._updates_by_door = {}

    @property
    def time_first(self):
        """True if time is the first axis of what goes in and comes out."""
        return self.time_major and self._heeds_keywords

    @property
    def zeroes_masked(self):
        """True if masked steps give zeros."""
        return self.zero_output_for_mask and self._heeds_keywords

    def build(self, input_shape):
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        is_one = not any(isinstance(item, (tuple, tf.TensorShape)) for item in shape)
        steps, specs = [], []
        for item in [shape] if is_one else shape:
            sizes = tf.TensorShape(item).as_list()
            steps.append(tuple(sizes[1:] if self.time_first else sizes[:1] + sizes[2:]))
            sizes[0 if self.time_first else 1] = None
            if not self.stateful:
                sizes[1 if self.time_first else 0] = None
            specs.append(tf.keras.layers.InputSpec(shape=tuple(sizes)))
        self.input_spec = specs + list(self.input_spec)[len(specs) :]
        if isinstance(self.cell, tf.keras.layers.Layer) and not self.cell.built:
            _built(self.cell, steps[0] if is_one else tuple(steps))
        if self.stateful:
            self.reset_states()
        self.built = True

    def __call__(self, inputs, initial_state=None, constants=None, **kwargs):
        inputs, states, constants = _apart(inputs, initial_state, constants, self._num_constants)
        further = states + constants
        self._num_constants = len(constants) or None
        if further and not all(hasattr(tensor, "_keras_history") for tensor in further):
            # Numbers that no layer made stay arguments, as which a file can hold them.
            kwargs.update({"initial_state": initial_state, "constants": constants or None})
            further = []
        if further:
            own = self.input_spec if self.built else [None] * len(nest.flatten(inputs))
            self.input_spec = list(own) + [None] * len(further)
            inputs = [inputs] + further
        self.door = "model"
        outputs = super(tf.keras.layers.RNN, self).__call__(inputs, **kwargs)
        self.door = None
        if further:
            self.input_spec = self.input_spec[: -len(further)]
        return outputs

    def call(self, inputs, mask=None, training=None, initial_state=None, constants=None):
        inputs, states, constants = _apart(inputs, initial_state, constants, self._num_constants)
        inputs = nest.map_structure(self._cast, inputs)
        states = [self._cast(state) for state in _tensors(states)]
        states = self._first_states(inputs, states)
        mask = None if mask is None else nest.flatten(mask)[0]
        self._forget_dropout(self.cell)
        last, outputs, states = self._run(inputs, states, constants, mask, training)
        flat = outputs if self.return_sequences else last
        flat = flat + (nest.flatten(states) if self.return_state else [])
        flat = self._keep(states, flat) if self.stateful else flat
        return flat if len(flat) > 1 else flat[0]

    def _run(self, inputs, states, constants, mask, training):
        arguments = (
            {"constants": [self._cast(item) for item in _tensors(constants)]} if constants else {}
        )
        if "training" in _arguments_of(self.cell.call):
            arguments["training"] = training

        def step(values, before):
            if len(before) == 1 and getattr(self.cell, "_is_tf_rnn_cell", None) is not None:
                before = before[0]
            output, after = self.cell.call(values, before, **arguments)
            return output, after

        return _rnn(step, inputs, states, mask, self)

    def _cast(self, tensor):
        """A tensor of floats in the layer's own dtype."""
        dtype = tf.as_dtype(getattr(self, "dtype", None) or tf.keras.backend.floatx())
        is_other = tensor.dtype.is_floating and tensor.dtype != dtype
        return tf.cast(tensor, dtype) if is_other else tensor

    def _forget_dropout(self, cell):
        """Each call drops other inputs."""
        for name in ("_dropout_mask", "_recurrent_dropout_mask"):
            if hasattr(cell, name):
                setattr(cell, name, None)
        for inner in getattr(cell, "cells", []):
            self._forget_dropout(inner)

    def get_initial_state(self, inputs):
        inputs = nest.flatten(inputs)[0]
        batch = tf.shape(inputs)[1 if self.time_first else 0]
        states = _initial_states(self.cell, batch, inputs.dtype)
        return list(states) if nest.is_sequence(states) else [states]

    def _first_states(self, inputs, given):
        """Those given, else zeros; a layer that keeps its states takes them unless they are 0."""
        states = self.get_initial_state(inputs)
        given = nest.pack_sequence_as(states, nest.flatten(given)) if given else states
        if not self.stateful:
            return given
        with tf.control_dependencies(self._updates_by_door.get(self.door, [])):
            kept = [tf.identity(state) for state in nest.flatten(self.states)]
        if given is not states:
            nonzero = tf.add_n([tf.count_nonzero(state) for state in kept]) > 0
            flat = nest.flatten(given)
            kept = tf.cond(nonzero, lambda: list(kept), lambda: list(map(tf.identity, flat)))
            kept = nest.flatten(kept)
        return nest.pack_sequence_as(states, kept)

    def _keep(self, states, outputs):
        """The outputs, which are there only when the states are kept for the next call.

        A call by a model waits for the ones before it in that model. A nested model is called once
        when it is made, on tensors of its own; calls by the models around it do not wait for that.
        """
        pairs = zip(nest.flatten(self.states), nest.flatten(states))
        updates = [tf.keras.backend.update(kept, state) for kept, state in pairs]
        self._updates_by_door[self.door] = updates
        with tf.control_dependencies(updates):
            later = [tf.identity(output) for output in outputs]
        for old, new in zip(outputs, later):
            new._uses_learning_phase = getattr(old, "_uses_learning_phase", False)
        return later

    def _state_shapes(self):
        """Of the states that are kept, the batch in front."""
        batch = tf.TensorShape(self.input_spec[0].shape).as_list()[1 if self.time_first else 0]
        return [[batch] + size for size in _sizes(self.cell.state_size)]

    def reset_states(self, states=None):
        if not self.stateful:
            raise AttributeError("Layer must be stateful.")
        shapes = self._state_shapes()
        if any(None in shape for shape in shapes):
            raise ValueError("%s is stateful and needs to know its batch size" % self.name)
        if nest.flatten(self.states)[0] is None:
            self.states = [tf.keras.backend.zeros(shape) for shape in shapes]
            return
        values = [np.zeros(shape) for shape in shapes] if states is None else nest.flatten(states)
        if [list(np.shape(value)) for value in values] != shapes:
            raise ValueError("%s has states of the shapes %s" % (self.name, shapes))
        for state, value in zip(nest.flatten(self.states), values):
            tf.keras.backend.set_value(state, value)

    def compute_output_shape(self, input_shape):
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        if any(isinstance(item, (tuple, tf.TensorShape)) for item in shape):
            shape = shape[0]
        first = tf.TensorShape(shape).as_list()[:2]
        batch = first[1 if self.time_first else 0]
        states = _sizes(self.cell.state_size)
        made = getattr(self.cell, "output_size", None)
        made = states[:1] if made is None else _sizes(made)
        shapes = [(first if self.return_sequences else [batch]) + size for size in made]
        if self.return_state:
            shapes += [[batch] + size for size in states]
        shapes = [tf.TensorShape(shape) for shape in shapes]
        return shapes if len(shapes) > 1 else shapes[0]

    def compute_mask(self, inputs, mask):
        mask = nest.flatten(mask)[0] if self.return_sequences else None
        if not self.return_state:
            return mask
        return [mask] + [None] * len(_sizes(self.cell.state_size))

    def get_config(self):
        config = super(_RecurrentV2, self).get_config()
        config["time_major"] = self.time_major
        if self.zero_output_for_mask:
            config["zero_output_for_mask"] = True
        return config
