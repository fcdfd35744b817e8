def _apart(inputs, states, constants, count):
    """The sequence, then lists of the initial states and of the constants.

    A file gives all of them as one list, of which the last `count` are constants.
    """
    if isinstance(inputs, list):
        if count and len(inputs) > count:
            inputs, constants = inputs[:-count], inputs[-count:]
        states = inputs[1:] or states
        inputs = inputs[0]
    states, constants = [
        [] if given is None else list(given) if isinstance(given, (list, tuple)) else [given]
        for given in (states, constants)
    ]
    return inputs, states, constants
