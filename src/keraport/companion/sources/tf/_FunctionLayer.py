import json


class _FunctionLayer(tf.keras.layers.Layer):
    """Calls a function of TensorFlow on tensors, as tf.keras does since TensorFlow 2.4.

    `arguments` holds what it is called with; ``{"tensor": 0}`` stands for the first tensor.
    """

    def __init__(self, function, arguments, **kwargs):
        super(_FunctionLayer, self).__init__(**_uncast(kwargs))
        self.function = function
        # Looked up here, for releases rewrite what stands in `call`.
        self._own = globals().get("_fn_" + function.replace(".", "_"))
        # As text, for layers wrap the dicts and lists that they hold.
        self._arguments = json.dumps(arguments)
        self.built = True

    def call(self, inputs):
        inputs = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        self._given = [tensor.dtype for tensor in inputs]
        given = self._filled(json.loads(self._arguments), inputs)
        first, second = given["args"][0], given["kwargs"].get("y")
        if isinstance(first, (int, float)) and isinstance(second, tf.Tensor):
            given["args"][0] = tf.convert_to_tensor(first, second.dtype)
        outputs = _flat(self._applied(*given["args"], **given["kwargs"]))
        return outputs[0] if len(outputs) == 1 else outputs

    def _filled(self, value, tensors):
        if isinstance(value, list):
            return [self._filled(item, tensors) for item in value]
        if not isinstance(value, dict):
            return value
        if list(value) == ["tensor"]:
            return tensors[value["tensor"]]
        if list(value) == ["ellipsis"]:
            return Ellipsis
        found = {str(key): self._filled(item, tensors) for key, item in value.items()}
        if sorted(found) == ["start", "step", "stop"]:
            return slice(found["start"], found["stop"], found["step"])
        return found

    def compute_mask(self, inputs, mask=None):
        return None

    def compute_output_shape(self, input_shape):
        shapes = input_shape if isinstance(input_shape, list) else [input_shape]
        given = self._given
        with tf.Graph().as_default():
            outputs = _flat(self.call([_placeholder(*pair) for pair in zip(given, shapes)]))
            made = [tf.TensorShape(output.shape.as_list()) for output in outputs]
        self._given = given
        return made[0] if len(made) == 1 else made

    def get_config(self):
        config = super(_FunctionLayer, self).get_config()
        config.update(function=self.function, arguments=json.loads(self._arguments))
        return config
