import tensorflow as tf


def _weighed_categories(column, features):
    """The categories that a feature column finds in each sample, and the weights beside them.

    Args:
        column: a categorical one, as tf.feature_column serialises it.
        features: tensors of shape [batch, ...] by key.

    Returns:
        Two sparse tensors; None for the second if all weigh the same.
    """
    if column["class_name"] != "WeightedCategoricalColumn":
        return _category_ids(column, features), None
    config = column["config"]
    ids = _category_ids(config["categorical_column"], features)
    shares = _sparse_tokens(tf.cast(features[config["weight_feature_key"]], tf.float32))
    return ids, tf.SparseTensor(ids.indices, shares.values, ids.dense_shape)
