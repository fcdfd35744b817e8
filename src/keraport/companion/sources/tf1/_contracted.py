def _contracted(left, right, output):
    """The product of two tensors, given with a letter for each dimension, summed to `output`."""
    (left, in_left), (right, in_right) = (
        _summed(left, list(output) + list(right[1])),
        _summed(right, list(output) + list(left[1])),
    )
    batch = [a for a in in_left if a in in_right and a in output]
    summed = [a for a in in_left if a in in_right and a not in output]
    rows = [a for a in in_left if a not in in_right]
    columns = [a for a in in_right if a not in in_left]
    sizes = {letter: _size(left, index) for index, letter in enumerate(in_left)}
    for index, letter in enumerate(in_right):
        if not isinstance(sizes.get(letter), int):
            sizes[letter] = _size(right, index)

    def product(letters):
        total = 1
        for letter in letters:
            total = total * sizes[letter]
        return total

    stacked, depth = [sizes[a] for a in batch], product(summed)
    left = tf.transpose(left, [in_left.index(a) for a in batch + rows + summed])
    right = tf.transpose(right, [in_right.index(a) for a in batch + summed + columns])
    left = tf.reshape(left, stacked + [product(rows), depth])
    right = tf.reshape(right, stacked + [depth, product(columns)])
    made = batch + rows + columns
    outputs = tf.reshape(tf.matmul(left, right), [sizes[a] for a in made])
    return tf.transpose(outputs, [made.index(a) for a in output])
