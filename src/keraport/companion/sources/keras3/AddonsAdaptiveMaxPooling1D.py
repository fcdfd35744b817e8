class AddonsAdaptiveMaxPooling1D(_AddonsMaxPooling):
    """The layer AdaptiveMaxPooling1D of TensorFlow Addons."""
