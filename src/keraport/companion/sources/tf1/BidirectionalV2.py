from tensorflow.python.keras.layers.serialization import deserialize


class BidirectionalV2(tf.keras.layers.Bidirectional):
    """Bidirectional of TensorFlow 2.3.

    It may have a layer of its own for the way back, takes constants, gives zeros at masked steps,
    and takes any layer that has the attributes of a recurrent one.
    """

    def __init__(self, layer, merge_mode="concat", weights=None, backward_layer=None, **kwargs):
        self._given_backward = backward_layer and {
            "class_name": backward_layer.__class__.__name__,
            "config": backward_layer.get_config(),
        }
        self.forward_layer = _copied(layer)
        self.backward_layer = backward_layer or _copied(layer, backwards=True)
        _rename(self.forward_layer, "forward_" + self.forward_layer.name)
        _rename(self.backward_layer, "backward_" + self.backward_layer.name)
        for way in (self.forward_layer, self.backward_layer):
            if getattr(way, "zero_output_for_mask", None) is not None:
                way.zero_output_for_mask = way.return_sequences
        self.merge_mode = merge_mode
        self._trainable = True
        self._num_constants = None
        # The stock class would make copies of its own.
        super(tf.keras.layers.Bidirectional, self).__init__(layer, **kwargs)
        self.supports_masking = True
        self.stateful = layer.stateful
        self.return_sequences = layer.return_sequences
        self.return_state = layer.return_state
        _track(self, forward_layer=self.forward_layer, backward_layer=self.backward_layer)
        if weights:
            self._initial_weights = weights

    def build(self, input_shape):
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        for way in (self.forward_layer, self.backward_layer):
            if not way.built:
                with tf.name_scope(way.name):
                    way.build(shape)
                    way.built = True
        self.built = True

    def __call__(self, inputs, initial_state=None, constants=None, **kwargs):
        inputs, states, constants = _apart(inputs, initial_state, constants, self._num_constants)
        if len(states) % 2:
            raise ValueError("%s needs states for both of its layers" % self.name)
        further = states + constants
        self._num_constants = len(constants) or None
        if further and not all(hasattr(tensor, "_keras_history") for tensor in further):
            kwargs.update({"initial_state": states or None, "constants": constants or None})
            further = []
        for way in (self.forward_layer, self.backward_layer):
            way._num_constants = self._num_constants
            way.door = "model"
        given = [inputs] + further if further else inputs
        outputs = super(tf.keras.layers.Bidirectional, self).__call__(given, **kwargs)
        for way in (self.forward_layer, self.backward_layer):
            way.door = None
        return outputs

    def call(self, inputs, training=None, mask=None, initial_state=None, constants=None):
        inputs, states, constants = _apart(inputs, initial_state, constants, self._num_constants)
        half = len(states) // 2
        common = {"training": training, "mask": mask, "constants": constants or None}
        forward = _called(self.forward_layer, inputs, initial_state=states[:half], **common)
        backward = _called(self.backward_layer, inputs, initial_state=states[half:], **common)
        if self.return_sequences:
            axis = 0 if getattr(self.forward_layer, "time_major", False) else 1
            backward[0] = tf.reverse(backward[0], [axis])
        outputs = self._merged(forward[0], backward[0])
        if self.return_state:
            outputs += forward[1:] + backward[1:]
        phase = any(getattr(item, "_uses_learning_phase", False) for item in forward + backward)
        for output in outputs:
            output._uses_learning_phase = phase
        return outputs if len(outputs) > 1 else outputs[0]

    def _merged(self, forward, backward):
        if self.merge_mode is None:
            return [forward, backward]
        if self.merge_mode == "concat":
            return [tf.concat([forward, backward], -1)]
        if self.merge_mode == "mul":
            return [forward * backward]
        total = forward + backward
        return [total / 2 if self.merge_mode == "ave" else total]

    def compute_output_shape(self, input_shape):
        ways = []
        for way in (self.forward_layer, self.backward_layer):
            shapes = way.compute_output_shape(input_shape)
            ways.append(shapes if isinstance(shapes, list) else [tf.TensorShape(shapes)])
        forward, backward = ways
        shapes = [forward[0], backward[0]] if self.merge_mode is None else forward[:1]
        if self.merge_mode == "concat":
            sizes, others = [tf.TensorShape(way[0]).as_list() for way in ways]
            shapes = [tf.TensorShape(sizes[:-1] + [sizes[-1] + others[-1]])]
        shapes = shapes + (forward[1:] + backward[1:] if self.return_state else [])
        return shapes if len(shapes) > 1 else shapes[0]

    def compute_mask(self, inputs, mask):
        mask = mask[0] if isinstance(mask, list) else mask
        mask = mask if self.return_sequences else None
        masks = [mask] if self.merge_mode else [mask, mask]
        if self.return_state:
            masks += [None] * (2 * len(_sizes(self.forward_layer.cell.state_size)))
        return masks if len(masks) > 1 else masks[0]

    def set_weights(self, weights):
        count = len(self.forward_layer.weights)
        self.forward_layer.set_weights(weights[:count])
        self.backward_layer.set_weights(weights[count:])

    def get_config(self):
        config = super(BidirectionalV2, self).get_config()
        if self._given_backward:
            config["backward_layer"] = self._given_backward
        return config

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = dict(config)
        count = config.pop("num_constants", None)
        for key in ("layer", "backward_layer"):
            if config.get(key) is not None:
                config[key] = deserialize(config[key], custom_objects)
        with tf.keras.utils.CustomObjectScope(custom_objects or {}):
            bidirectional = cls(**config)
        bidirectional._num_constants = count
        return bidirectional
