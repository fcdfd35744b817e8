def _column_width(column):
    """How many numbers a dense feature column adds to each sample."""
    config = column["config"]
    if column["class_name"] == "EmbeddingColumn":
        return config["dimension"]
    if column["class_name"] == "IndicatorColumn":
        return _column_size(config["categorical_column"])
    width = 1
    source = (
        config if column["class_name"] == "NumericColumn" else config["source_column"]["config"]
    )
    for size in source["shape"]:
        width *= size
    return width if source is config else width * (len(config["boundaries"]) + 1)
