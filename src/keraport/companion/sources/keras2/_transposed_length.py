


def _transposed_length(length, window, padding, stride, extra):
    """Length behind a transposed convolution, of a length that may be a tensor; None if unknown.

    `window` counts the dilation; `extra` is the output padding, or None to infer the length.
    """
    if length is None:
        return None
    if extra is None:
        return length * stride + (max(window - stride, 0) if padding == "valid" else 0)
    margin = window // 2 if padding == "same" else 0
    return (length - 1) * stride + window - 2 * margin + extra
