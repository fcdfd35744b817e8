def _copied(layer, backwards=False):
    """A layer like the given one, with weights of its own; with `backwards`, the other way round."""
    config = layer.get_config()
    if backwards:
        config["go_backwards"] = not config["go_backwards"]
    return layer.__class__.from_config(config)
