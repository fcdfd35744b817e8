class AddonsAdaptiveAveragePooling2D(_AddonsAveragePooling):
    """The layer AdaptiveAveragePooling2D of TensorFlow Addons."""
