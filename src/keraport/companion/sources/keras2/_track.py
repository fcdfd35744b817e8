def _track(layer, **parts):
    """Standalone Keras writes no checkpoints of objects."""
