def _category_ids(column, features):
    """The categories that a categorical feature column finds in each sample.

    Args:
        column: its config, as tf.feature_column serialises it.
        features: tensors of shape [batch, ...] by key.

    Returns:
        A sparse tensor of int64.
    """
    config = column["config"]
    name = column["class_name"]
    if name == "CrossedColumn":
        crossed = [
            _category_ids(key, features) if isinstance(key, dict) else features[key]
            for key in _crossed_keys(column)
        ]
        size, key = config["hash_bucket_size"], config["hash_key"]
        return tf.sparse.cross_hashed(crossed, num_buckets=size, hash_key=key)
    if name == "BucketizedColumn":
        source = tf.cast(features[config["source_column"]["config"]["key"]], tf.float32)
        buckets = tf.cast(_bucketized(source, config["boundaries"]), tf.int64)
        width = config["source_column"]["config"]["shape"][0]
        ids = buckets + (len(config["boundaries"]) + 1) * tf.range(width, dtype=tf.int64)
        return _sparse_tokens(ids)
    tokens = _sparse_tokens(features[config["key"]])
    values = tokens.values
    values = tf.cast(values, tf.int64) if values.dtype.is_integer else values
    if name == "HashedCategoricalColumn":
        texts = values if values.dtype == tf.string else tf.as_string(values)
        values = tf.string_to_hash_bucket_fast(texts, config["hash_bucket_size"])
    elif name == "VocabularyListCategoricalColumn":
        values = _vocabulary_ids(
            values, config["vocabulary_list"], config["num_oov_buckets"], config["default_value"]
        )
    elif config["default_value"] is not None:
        outside = (values < 0) | (values >= config["number_buckets"])
        default = tf.fill(tf.shape(values), tf.constant(config["default_value"], tf.int64))
        values = tf.where(outside, default, values)
    return tf.SparseTensor(tokens.indices, values, tokens.dense_shape)
