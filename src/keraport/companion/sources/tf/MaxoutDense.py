class MaxoutDense(tf.keras.layers.Layer):
    """The layer of Keras 1: the largest of several linear ones."""

    def __init__(
        self,
        output_dim,
        nb_feature=4,
        init="glorot_uniform",
        W_regularizer=None,
        b_regularizer=None,
        W_constraint=None,
        b_constraint=None,
        bias=True,
        input_dim=None,
        **kwargs
    ):
        super(MaxoutDense, self).__init__(**kwargs)
        self.output_dim = output_dim
        self.nb_feature = nb_feature
        self.init = tf.keras.initializers.get(init)
        self.W_regularizer = tf.keras.regularizers.get(W_regularizer)
        self.b_regularizer = tf.keras.regularizers.get(b_regularizer)
        self.W_constraint = tf.keras.constraints.get(W_constraint)
        self.b_constraint = tf.keras.constraints.get(b_constraint)
        self.bias = bias

    def build(self, input_shape):
        size = tf.TensorShape(input_shape).as_list()[-1]
        self.W = self.add_weight(
            name="W",
            shape=(self.nb_feature, size, self.output_dim),
            initializer=self.init,
            regularizer=self.W_regularizer,
            constraint=self.W_constraint,
        )
        if self.bias:
            self.b = self.add_weight(
                name="b",
                shape=(self.nb_feature, self.output_dim),
                initializer="zeros",
                regularizer=self.b_regularizer,
                constraint=self.b_constraint,
            )
        super(MaxoutDense, self).build(input_shape)

    def call(self, inputs):
        outputs = tf.tensordot(inputs, self.W, axes=[[1], [1]])
        if self.bias:
            outputs = outputs + self.b
        return tf.reduce_max(outputs, axis=1)

    def compute_output_shape(self, input_shape):
        return tf.TensorShape([tf.TensorShape(input_shape).as_list()[0], self.output_dim])

    def get_config(self):
        config = super(MaxoutDense, self).get_config()
        config.update(
            output_dim=self.output_dim,
            nb_feature=self.nb_feature,
            init=tf.keras.initializers.serialize(self.init),
            W_regularizer=tf.keras.regularizers.serialize(self.W_regularizer),
            b_regularizer=tf.keras.regularizers.serialize(self.b_regularizer),
            W_constraint=tf.keras.constraints.serialize(self.W_constraint),
            b_constraint=tf.keras.constraints.serialize(self.b_constraint),
            bias=self.bias,
        )
        return config
