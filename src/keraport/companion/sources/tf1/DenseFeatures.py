class DenseFeatures(_PreprocessingLayer):
    """One vector made of several features, as tf.keras has it since TensorFlow 1.13.

    Args:
        feature_columns: as tf.feature_column serialises them in TensorFlow 2.3.
        keys: the names of the features, in the order of the tensors that the layer is called with.
    """

    def __init__(self, feature_columns, keys, partitioner=None, **kwargs):
        super(DenseFeatures, self).__init__(**kwargs)
        self.feature_columns = feature_columns
        self.keys = keys
        self.partitioner = partitioner

    def build(self, input_shape):
        self._embeddings = {}
        for index, column in enumerate(self.feature_columns):
            config = column["config"]
            if column["class_name"] == "EmbeddingColumn":
                self._embeddings[index] = self.add_weight(
                    name=_column_name(column) + "/embedding_weights",
                    shape=[_column_size(config["categorical_column"]), config["dimension"]],
                    dtype="float32",
                    initializer=tf.keras.initializers.get(config["initializer"]),
                    trainable=config["trainable"],
                )
        super(DenseFeatures, self).build(input_shape)

    def call(self, inputs, training=None):
        tensors = inputs if isinstance(inputs, (list, tuple)) else [inputs]
        features = {
            key: tf.expand_dims(tensor, -1) if tensor.shape.ndims == 1 else tensor
            for key, tensor in zip(self.keys, tensors)
        }
        parts = []
        for index, column in enumerate(self.feature_columns):
            part = self._dense(index, column, features)
            parts.append(tf.reshape(part, [-1, _column_width(column)]))
        outputs = tf.concat(parts, axis=-1)
        outputs.set_shape([tensors[0].shape[0], None])
        return outputs

    def _dense(self, index, column, features):
        config = column["config"]
        if column["class_name"] == "NumericColumn":
            return tf.cast(features[config["key"]], tf.float32)
        if column["class_name"] == "BucketizedColumn":
            values = tf.cast(features[config["source_column"]["config"]["key"]], tf.float32)
            buckets = _bucketized(values, config["boundaries"])
            return tf.one_hot(buckets, len(config["boundaries"]) + 1)
        inner = config["categorical_column"]
        weights = None
        if inner["class_name"] == "WeightedCategoricalColumn":
            weights = features[inner["config"]["weight_feature_key"]]
            weights = _sparse_tokens(tf.cast(weights, tf.float32)).values
            inner = inner["config"]["categorical_column"]
        ids = _category_ids(inner, features)
        if weights is not None:
            weights = tf.SparseTensor(ids.indices, weights, ids.dense_shape)
        if column["class_name"] == "IndicatorColumn":
            return self._indicator(ids, weights, _column_size(inner))
        return tf.nn.safe_embedding_lookup_sparse(
            self._embeddings[index],
            ids,
            weights,
            combiner=config["combiner"],
            max_norm=config["max_norm"],
        )

    def _indicator(self, ids, weights, size):
        dense = tf.sparse_tensor_to_dense(ids, default_value=-1)
        if weights is None:
            return tf.reduce_sum(tf.one_hot(dense, size), axis=-2)
        shares = tf.sparse_tensor_to_dense(weights, default_value=0.0)
        return tf.reduce_sum(tf.one_hot(dense, size) * shares[..., tf.newaxis], axis=-2)

    def compute_output_shape(self, input_shape):
        first = input_shape[0] if isinstance(input_shape, list) else input_shape
        width = sum(_column_width(column) for column in self.feature_columns)
        return tf.TensorShape([tf.TensorShape(first).as_list()[0], width])

    def get_config(self):
        config = super(DenseFeatures, self).get_config()
        config.update(
            feature_columns=self.feature_columns, keys=self.keys, partitioner=self.partitioner
        )
        return config
