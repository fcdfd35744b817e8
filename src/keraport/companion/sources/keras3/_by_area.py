from keras import ops


def _by_area(images, height, width, first, cropped=False):
    """Images of another size, each pixel the average of the area that it stands for.

    Args:
        images: one or several, whose size is known when it is called.
        height: of the outputs.
        width: likewise.
        first: the channels come before rows and columns.
        cropped: take the middle, as wide for its height as the outputs are.
    """
    rows, columns = images.shape[-2:] if first else images.shape[-3:-1]
    if cropped:
        high = max(min(rows, int(float(columns * height) / width)), 1)
        wide = max(min(columns, int(float(rows * width) / height)), 1)
        top, left = int((rows - high) / 2), int((columns - wide) / 2)
        if first:
            images = images[..., top : top + high, left : left + wide]
        else:
            images = images[..., top : top + high, left : left + wide, :]
    found = _interpolated(images, height, width, "area", first)
    return ops.cast(found, images.dtype)
