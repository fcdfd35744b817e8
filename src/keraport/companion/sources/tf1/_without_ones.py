def _without_ones(operands, spread):
    """Two operands less the dimensions of one that the other has with another size."""
    sizes = [dict(zip(letters, tensor.shape.as_list())) for tensor, letters in operands]
    found = []
    for (tensor, letters), own, other in zip(operands, sizes, reversed(sizes)):
        ones = [a for a in letters if a in spread and own[a] == 1 and other.get(a, 1) != 1]
        if ones:
            tensor = tf.squeeze(tensor, [letters.index(letter) for letter in ones])
        found.append((tensor, [letter for letter in letters if letter not in ones]))
    return found
