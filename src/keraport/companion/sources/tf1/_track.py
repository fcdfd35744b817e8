def _track(layer, **parts):
    """Makes checkpoints of a layer hold its parts."""
    for name, part in sorted(parts.items()):
        layer._track_checkpointable(part, name=name)
