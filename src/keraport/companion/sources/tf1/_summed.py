def _summed(operand, kept):
    """A tensor summed over the dimensions whose letters are not kept."""
    tensor, letters = operand
    gone = [index for index, letter in enumerate(letters) if letter not in kept]
    if gone:
        tensor = tf.reduce_sum(tensor, gone)
    return tensor, [letter for letter in letters if letter in kept]
