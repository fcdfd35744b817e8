def _padded_images(images, attributes):
    """Images with the explicit paddings of an operation, and its other attributes."""
    paddings = [list(pair) for pair in zip(*[iter(attributes["explicit_paddings"])] * 2)]
    attributes = {key: value for key, value in attributes.items() if key != "explicit_paddings"}
    if attributes["padding"] == "EXPLICIT":
        images = tf.pad(images, paddings)
        attributes["padding"] = "VALID"
    return images, attributes
