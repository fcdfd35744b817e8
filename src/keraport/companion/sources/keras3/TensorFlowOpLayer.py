from google.protobuf import json_format
import keras
import tensorflow as tf


class TensorFlowOpLayer(keras.Operation):
    """One operation of TensorFlow, as Keras had it up to 2.15.

    It needs the tensorflow backend.
    """

    def __init__(self, node_def, name=None, constants=None):
        super().__init__(name=name)
        self.node_def = node_def
        self.constants = {int(index): value for index, value in (constants or {}).items()}
        self._node = json_format.ParseDict(node_def, tf.compat.v1.NodeDef())
        if self._node.op not in _operations:
            raise ValueError("%s is none of the operations that this file may run" % self._node.op)
        for key in [key for key in self._node.attr if key.startswith("_")]:
            del self._node.attr[key]
        self._node.name, self._node.device = "operation", ""
        self._run = tf.function(self._outputs)

    def call(self, inputs):
        given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        tensors = []
        for index in range(len(given) + len(self.constants)):
            known = index in self.constants
            tensors.append(tf.constant(self.constants[index]) if known else given.pop(0))
        outputs = self._run(*tensors)
        return outputs[0] if len(outputs) == 1 else outputs

    def _outputs(self, *tensors):
        graph, places = tf.compat.v1.GraphDef(), {}
        node = graph.node.add()
        node.CopyFrom(self._node)
        del node.input[:]
        for number, tensor in enumerate(tensors):
            name = "input_%d" % number
            place = graph.node.add(name=name, op="Placeholder")
            place.attr["dtype"].type = tf.as_dtype(tensor.dtype).as_datatype_enum
            node.input.append(name)
            places[name] = tensor
        (operation,) = tf.graph_util.import_graph_def(
            graph, input_map=places, return_elements=["operation"], name=""
        )
        return list(operation.outputs)

    def get_config(self):
        constants = {str(index): value for index, value in self.constants.items()}
        return {"name": self.name, "node_def": self.node_def, "constants": constants}
