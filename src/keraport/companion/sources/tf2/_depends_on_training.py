def _depends_on_training(layer):
    """Models tell layers whether they train."""
