def _column_size(column):
    """How many categories a categorical feature column tells apart."""
    config = column["config"]
    name = column["class_name"]
    if name == "BucketizedColumn":
        return (len(config["boundaries"]) + 1) * config["source_column"]["config"]["shape"][0]
    if name == "VocabularyListCategoricalColumn":
        return len(config["vocabulary_list"]) + config["num_oov_buckets"]
    if name == "WeightedCategoricalColumn":
        return _column_size(config["categorical_column"])
    if name == "IdentityCategoricalColumn":
        return config["number_buckets"]
    return config["hash_bucket_size"]
