def _column_name(column):
    """The name that TensorFlow gives a feature column; columns stand in its order."""
    if not isinstance(column, dict):
        return column
    config = column["config"]
    name = column["class_name"]
    if name == "BucketizedColumn":
        return _column_name(config["source_column"]) + "_bucketized"
    if name == "CrossedColumn":
        return "_X_".join(sorted(_column_name(key) for key in config["keys"]))
    if name == "WeightedCategoricalColumn":
        key = config["weight_feature_key"]
        return "%s_weighted_by_%s" % (_column_name(config["categorical_column"]), key)
    if "categorical_column" in config:
        ending = "_embedding" if name == "EmbeddingColumn" else "_indicator"
        return _column_name(config["categorical_column"]) + ending
    return config["key"]
