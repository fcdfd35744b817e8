class AddonsAdaptiveAveragePooling3D(_AddonsAveragePooling):
    """The layer AdaptiveAveragePooling3D of TensorFlow Addons."""
