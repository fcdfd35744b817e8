def _rename(layer, name):
    """Gives a layer another name."""
    layer.name = name
