def _op_StringLower(inputs, attributes):
    text = inputs[0]
    for letter in "abcdefghijklmnopqrstuvwxyz":
        text = tf.strings.regex_replace(text, letter.upper(), letter)
    return text


_op_StringLower.inputs = ["string"]
