import keras


def _is_built_in(layer):
    """True for layers, and models, of Keras or of this file, and what derives from them."""
    classes = [cls for cls in type(layer).__mro__ if cls not in keras.layers.Layer.__mro__]
    return any(cls.__module__.split(".")[0] in ("keras", __name__) for cls in classes)
