class AddonsAdaptiveAveragePooling1D(_AddonsAveragePooling):
    """The layer AdaptiveAveragePooling1D of TensorFlow Addons."""
