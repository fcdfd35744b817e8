def _einsum_v2(equation, *inputs):
    """tf.einsum of TensorFlow 2: with ellipses, repeated letters, and open sizes."""
    tensors = [tf.convert_to_tensor(item) for item in inputs]
    if len(tensors) > 2:
        return tf.einsum(equation, *tensors)
    terms, arrow, output = equation.replace(" ", "").partition("->")
    if not arrow:
        letters = terms.replace(",", "").replace(".", "")
        output = "".join(letter for letter in sorted(letters) if letters.count(letter) == 1)
        output = "..." + output if "..." in terms else output
    return _op_Einsum(tensors, {"equation": terms + "->" + output})
