import keras
import tensorflow as tf


class DenseFeatures(keras.layers.Layer):
    """One vector made of several features, as tf.keras had it up to Keras 2.15.

    It needs the tensorflow backend.

    Args:
        feature_columns: as tf.feature_column serialises them.
        keys: the names of the features, in the order of the tensors that the layer is called with.
    """

    def __init__(self, feature_columns, keys, partitioner=None, **kwargs):
        super().__init__(**kwargs)
        self.feature_columns = feature_columns
        self.keys = keys
        self.partitioner = partitioner

    def build(self, input_shape):
        self._embeddings = {}
        for index, column in enumerate(self.feature_columns):
            config = column["config"]
            if column["class_name"] == "EmbeddingColumn":
                self._embeddings[str(index)] = self.add_weight(
                    name="embedding_weights",
                    shape=(_column_size(config["categorical_column"]), config["dimension"]),
                    dtype="float32",
                    initializer=keras.initializers.get(config["initializer"]),
                    trainable=config["trainable"],
                )
        self.built = True

    def call(self, inputs):
        tensors = inputs if isinstance(inputs, (list, tuple)) else [inputs]
        features = {
            key: tf.expand_dims(tensor, -1) if tensor.shape.ndims == 1 else tensor
            for key, tensor in zip(self.keys, tensors)
        }
        parts = []
        for index, column in enumerate(self.feature_columns):
            part = self._dense(index, column, features)
            parts.append(tf.reshape(part, [-1, _column_width(column)]))
        return tf.concat(parts, axis=-1)

    def _dense(self, index, column, features):
        config = column["config"]
        if column["class_name"] == "NumericColumn":
            return tf.cast(features[config["key"]], tf.float32)
        if column["class_name"] == "BucketizedColumn":
            values = tf.cast(features[config["source_column"]["config"]["key"]], tf.float32)
            buckets = _bucketized(values, config["boundaries"])
            return tf.one_hot(buckets, len(config["boundaries"]) + 1)
        ids, shares = _weighed_categories(config["categorical_column"], features)
        if column["class_name"] == "IndicatorColumn":
            size = _column_size(config["categorical_column"])
            categories = tf.one_hot(tf.sparse.to_dense(ids, default_value=-1), size)
            if shares is not None:
                categories *= tf.sparse.to_dense(shares)[..., tf.newaxis]
            return tf.reduce_sum(categories, axis=-2)
        return tf.nn.safe_embedding_lookup_sparse(
            tf.convert_to_tensor(self._embeddings[str(index)]),
            ids,
            shares,
            combiner=config["combiner"],
            max_norm=config["max_norm"],
        )

    def compute_output_shape(self, input_shape):
        several = isinstance(input_shape[0], (list, tuple))
        first = input_shape[0] if several else input_shape
        return (first[0], sum(_column_width(column) for column in self.feature_columns))

    def get_config(self):
        config = super().get_config()
        config.update(
            feature_columns=self.feature_columns, keys=self.keys, partitioner=self.partitioner
        )
        return config
