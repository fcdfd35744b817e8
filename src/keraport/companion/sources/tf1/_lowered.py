def _lowered(words):
    """Words without capital letters, of which ASCII's are meant."""
    return _op_StringLower([words], {})
