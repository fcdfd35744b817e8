from google.protobuf import json_format
import numpy as np
import tensorflow as tf
from tensorflow.python.framework import op_def_registry


class TensorFlowOpLayer(tf.keras.layers.Layer):
    """One TensorFlow operation, as tf.keras has it since TensorFlow 1.14.

    Operations that this release lacks are functions beside this class, called _op_ and their name.
    """

    def __init__(self, node_def, name, constants=None, trainable=True, dtype=None, **kwargs):
        super(TensorFlowOpLayer, self).__init__(
            name="tf_op_layer_" + name, trainable=trainable, dtype=dtype, **kwargs
        )
        self.node_def = node_def
        self.constants = {int(index): value for index, value in (constants or {}).items()}
        self.node = json_format.ParseDict(node_def, tf.NodeDef())
        self.definition = op_def_registry.get_registered_ops().get(self.node.op)
        known = [item.name for item in self.definition.attr] if self.definition else []
        self.function = None
        if any(not key.startswith("_") and key not in known for key in self.node.attr):
            self.function = globals()["_op_" + self.node.op]
        self.built = True

    def _attribute(self, key):
        """The value of an attribute: a dtype, number, string, or a list of them."""
        value = self.node.attr[key]
        kind = value.WhichOneof("value")
        if kind == "type":
            return tf.as_dtype(value.type)
        if kind == "list":
            return [tf.as_dtype(item) for item in value.list.type] or list(value.list.i)
        return tf.compat.as_str(value.s) if kind == "s" else getattr(value, kind)

    def _dtypes(self):
        """The dtype of each input."""
        if self.function is not None:
            names = self.function.inputs
            if len(names) == 1 and "N" in self.node.attr:
                names = names * self._attribute("N")
            known = [self._attribute(k) if k in self.node.attr else k for k in names]
            return [tf.as_dtype(item) for item in known]
        found = []
        for item in self.definition.input_arg:
            if item.type_list_attr:
                found += self._attribute(item.type_list_attr)
                continue
            one = item.type or self._default(item.type_attr)
            found += [tf.as_dtype(one)] * (
                self._attribute(item.number_attr) if item.number_attr else 1
            )
        return found

    def _default(self, key):
        if key in self.node.attr:
            return self._attribute(key)
        return [item for item in self.definition.attr if item.name == key][0].default_value.type

    def _all_inputs(self, inputs):
        """Tensors of layers and constants in the order of the operation's inputs."""
        inputs = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        found = []
        for index, dtype in enumerate(self._dtypes()):
            if index in self.constants:
                value = np.array(self.constants[index], dtype.as_numpy_dtype)
                found.append(tf.constant(value, dtype))
            else:
                found.append(inputs.pop(0))
        return found

    def call(self, inputs):
        inputs = self._all_inputs(inputs)
        if self.function is not None:
            attributes = {key: self._attribute(key) for key in self.node.attr if key[0] != "_"}
            outputs = self.function(inputs, attributes)
            outputs = outputs if isinstance(outputs, list) else [outputs]
        else:
            outputs = _applied(self.node, inputs)
        if self.node.op in ("Max", "Min"):
            # As an output of a model, grappler would give that of what an activation was given.
            outputs = [tf.identity(outputs[0])]
        return outputs[0] if len(outputs) == 1 else outputs

    def compute_mask(self, inputs, mask=None):
        return None

    def compute_output_shape(self, input_shape):
        shapes = input_shape if isinstance(input_shape, list) else [input_shape]
        dtypes = [
            dtype for index, dtype in enumerate(self._dtypes()) if index not in self.constants
        ]
        with tf.Graph().as_default():
            outputs = self.call([tf.placeholder(*pair) for pair in zip(dtypes, shapes)])
        if isinstance(outputs, list):
            return [_shape_of(output) for output in outputs]
        return _shape_of(outputs)

    def get_config(self):
        config = super(TensorFlowOpLayer, self).get_config()
        config.update(
            name=config["name"][len("tf_op_layer_") :],
            node_def=self.node_def,
            constants={str(index): value for index, value in self.constants.items()},
        )
        return config
