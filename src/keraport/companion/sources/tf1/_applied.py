def _applied(node, inputs):
    """The outputs of the operation that a NodeDef describes, applied to tensors."""
    node = tf.NodeDef(name=node.op, op=node.op, attr=node.attr)
    for key in [key for key in node.attr if key.startswith("_")]:
        del node.attr[key]
    names = ["input_%d" % index for index in range(len(inputs))]
    node.input.extend(names)
    graph = tf.GraphDef(node=[node])
    # Without it the whole graph would take old meanings of its operations.
    graph.versions.producer = tf.GRAPH_DEF_VERSION
    tensors = {name + ":0": tensor for name, tensor in zip(names, inputs)}
    (operation,) = tf.import_graph_def(graph, input_map=tensors, return_elements=[node.name])
    return list(operation.outputs)
