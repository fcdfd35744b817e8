def _op_Einsum(inputs, attributes):
    terms, output = attributes["equation"].replace(" ", "").split("->")
    terms = terms.split(",")
    elided = [
        tensor.shape.ndims - len(term.replace("...", "")) for tensor, term in zip(inputs, terms)
    ]
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    spare = [letter for letter in alphabet if letter not in attributes["equation"]]
    spare = "".join(spare[: max(elided)])
    terms = [term.replace("...", spare[len(spare) - n :]) for term, n in zip(terms, elided)]
    output = output.replace("...", spare)
    operands = [_without_repeats(tensor, term) for tensor, term in zip(inputs, terms)]
    if len(operands) == 2:
        operands = _without_ones(operands, spare)
        return _contracted(operands[0], operands[1], output)
    tensor, letters = _summed(operands[0], output)
    return tf.transpose(tensor, [letters.index(letter) for letter in output])


_op_Einsum.inputs = ["T"]
