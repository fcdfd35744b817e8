def _op_StringUpper(inputs, attributes):
    text = inputs[0]
    for letter in "abcdefghijklmnopqrstuvwxyz":
        text = tf.strings.regex_replace(text, letter, letter.upper())
    return text


_op_StringUpper.inputs = ["string"]
