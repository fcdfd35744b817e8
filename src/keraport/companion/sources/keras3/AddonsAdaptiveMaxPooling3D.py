class AddonsAdaptiveMaxPooling3D(_AddonsMaxPooling):
    """The layer AdaptiveMaxPooling3D of TensorFlow Addons."""
