class AddonsAdaptiveMaxPooling2D(_AddonsMaxPooling):
    """The layer AdaptiveMaxPooling2D of TensorFlow Addons."""
