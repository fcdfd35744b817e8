import tensorflow as tf


def _einsum(equation, left, right):
    """tf.einsum as TensorFlow 2.3 does it: ellipses, repeated letters, open sizes."""
    letters = _einsum_letters(equation, left.shape.ndims)
    left, in_left = _einsum_diagonal(left, letters[0])
    right, in_right = _einsum_diagonal(right, letters[1])
    output = list(letters[2])
    alone = [i for i, a in enumerate(in_left) if a not in in_right and a not in output]
    if alone:
        left = tf.reduce_sum(left, alone)
        in_left = [a for a in in_left if a in in_right or a in output]
    batch = [a for a in in_left if a in in_right and a in output]
    summed = [a for a in in_left if a in in_right and a not in output]
    rows = [a for a in in_left if a not in in_right]
    columns = [a for a in in_right if a not in in_left]
    sizes = dict(zip(in_right, _einsum_sizes(right)))
    for letter, size in zip(in_left, _einsum_sizes(left)):
        if not isinstance(sizes.get(letter), int):
            sizes[letter] = size
    left = tf.transpose(left, [in_left.index(a) for a in batch + rows + summed])
    right = tf.transpose(right, [in_right.index(a) for a in batch + summed + columns])
    stacked = [sizes[a] for a in batch]
    depth = _einsum_product([sizes[a] for a in summed])
    left = tf.reshape(left, stacked + [_einsum_product([sizes[a] for a in rows]), depth])
    right = tf.reshape(right, stacked + [depth, _einsum_product([sizes[a] for a in columns])])
    made = batch + rows + columns
    product = tf.reshape(tf.matmul(left, right), [sizes[a] for a in made])
    return tf.transpose(product, [made.index(a) for a in output])


def _einsum_letters(equation, rank):
    """The letters of the input, the kernel and the output, with some in place of the ellipsis."""
    inputs, output = equation.split("->")
    inputs, kernel = inputs.split(",")
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    unused = [letter for letter in alphabet if letter not in equation]
    elided = "".join(unused[: rank - len(inputs.replace("...", ""))])
    return inputs.replace("...", elided), kernel, output.replace("...", elided)


def _einsum_diagonal(tensor, letters):
    """The tensor where letters that occur twice are equal, and its letters, each once."""
    letters = list(letters)
    for a in sorted(set(letters)):
        while letters.count(a) > 1:
            first = letters.index(a)
            second = letters.index(a, first + 1)
            rest = [i for i in range(len(letters)) if i not in (first, second)]
            tensor = tf.matrix_diag_part(tf.transpose(tensor, rest + [first, second]))
            letters = [letters[i] for i in rest] + [a]
    return tensor, letters


def _einsum_sizes(tensor):
    """The sizes of a tensor: numbers where they are known, else tensors."""
    known, open_ = tensor.shape.as_list(), tf.shape(tensor)
    return [open_[i] if size is None else size for i, size in enumerate(known)]


def _einsum_product(sizes):
    total = 1
    for size in sizes:
        total = total * size
    return total
