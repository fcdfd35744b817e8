def _seed_of(seed=None, **_):
    """The seed of a generator of Keras 3, which functions of TensorFlow take in its place."""
    return seed
