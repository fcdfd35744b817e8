import numpy as np


def _connected_pairs(sizes, lengths, windows, strides, padding, channels, filters, first):
    """Which flat output of a local connection reads which flat input.

    Returns:
        int64 of shape [pairs, 2], sorted by output, then by input.
    """
    positions, places = int(np.prod(lengths)), int(np.prod(sizes))
    rows = []
    for position, index in enumerate(np.ndindex(*lengths)):
        read = np.zeros([1], np.int64)
        for at, size, window, stride in zip(index, sizes, windows, strides):
            start = at * stride - (0 if padding == "valid" else window // 2)
            line = np.arange(max(start, 0), min(start + window, size))
            read = (read[:, None] * size + line).reshape(-1)
        if first:
            inputs = (np.arange(channels)[:, None] * places + read).reshape(-1)
            outputs = np.arange(filters) * positions + position
        else:
            inputs = (read[:, None] * channels + np.arange(channels)).reshape(-1)
            outputs = position * filters + np.arange(filters)
        rows.append(
            np.stack([np.repeat(outputs, len(inputs)), np.tile(inputs, len(outputs))], axis=1)
        )
    pairs = np.concatenate(rows)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
