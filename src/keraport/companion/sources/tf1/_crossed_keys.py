def _crossed_keys(column):
    """What a crossed feature column crosses: keys and columns, those of crossed ones in place."""
    keys = []
    for key in column["config"]["keys"]:
        nested = isinstance(key, dict) and key["class_name"] == "CrossedColumn"
        keys += _crossed_keys(key) if nested else [key]
    return keys
