def _slid_length(length, window, padding, stride, dilation):
    """How often a window fits; None if the length is not known."""
    if length is None:
        return None
    if padding == "valid":
        length -= dilation * (window - 1)
    return (length + stride - 1) // stride
