def _without_repeats(tensor, letters):
    """The part of the tensor where letters that occur twice are equal, and each letter once."""
    letters = list(letters)
    for letter in sorted(set(letters)):
        while letters.count(letter) > 1:
            first = letters.index(letter)
            second = letters.index(letter, first + 1)
            rest = [i for i in range(len(letters)) if i not in (first, second)]
            tensor = tf.matrix_diag_part(tf.transpose(tensor, rest + [first, second]))
            letters = [letters[i] for i in rest] + [letter]
    return tensor, letters
