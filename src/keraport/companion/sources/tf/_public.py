def _public(name):
    """A function of TensorFlow by its public name."""
    found = tf
    for part in name.split("."):
        found = getattr(found, part)
    return found
