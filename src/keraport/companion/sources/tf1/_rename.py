def _rename(layer, name):
    """Gives a layer another name."""
    layer._name = name
