


def _depends_on_training(layer):
    """Lets models with the layer feed whether they train."""
    layer.uses_learning_phase = True
