def _operation(name, inputs, attributes):
    """The outputs of an operation by its name, with attributes as Python has them."""
    node = tf.NodeDef(op=name)
    for key, value in attributes.items():
        if isinstance(value, bool):
            node.attr[key].b = value
        elif isinstance(value, int):
            node.attr[key].i = value
        elif isinstance(value, float):
            node.attr[key].f = value
        elif isinstance(value, tf.DType):
            node.attr[key].type = value.as_datatype_enum
        elif isinstance(value, list):
            node.attr[key].list.i.extend(value)
        else:
            node.attr[key].s = tf.compat.as_bytes(value)
    return _applied(node, inputs)
