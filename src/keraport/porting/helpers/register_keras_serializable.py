def register_keras_serializable(package="Custom", name=None):
    """Keras finds the object under the name that TensorFlow 2 writes for it."""

    def registered(item):
        key = "%s>%s" % (package, name or item.__name__)
        tf.keras.utils.get_custom_objects()[key] = item
        return item

    return registered
