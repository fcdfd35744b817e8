def _share_dtype(layer, cell):
    """Makes a cell compute in the dtype of the layer around it."""
    cell._dtype = layer._dtype
