def _called(layer, inputs, **arguments):
    """A list of what the layer's `call` makes, with those of the arguments that it takes."""
    names = _arguments_of(layer.call)
    arguments = {name: value for name, value in arguments.items() if name in names and value != []}
    outputs = layer.call(inputs, **arguments)
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
