def _combinations(items, size):
    """The sublists of that size, as itertools.combinations orders them."""
    if size == 0:
        return [[]]
    found = []
    # Loops: AutoGraph of TensorFlow 1.15 does not understand nested comprehensions.
    for index, item in enumerate(items):
        for rest in _combinations(items[index + 1 :], size - 1):
            found.append([item] + rest)
    return found
