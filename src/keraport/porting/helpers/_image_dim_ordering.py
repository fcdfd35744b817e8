def _image_dim_ordering():
    """What Keras 1 called the order of channels: "tf" if they come last, else "th"."""
    return "tf" if keras.backend.image_data_format() == "channels_last" else "th"
