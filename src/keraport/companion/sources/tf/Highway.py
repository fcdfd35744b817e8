class Highway(tf.keras.layers.Layer):
    """The layer of Keras 1: it carries a part of what it is given, and transforms the rest."""

    def __init__(
        self,
        init="glorot_uniform",
        activation=None,
        W_regularizer=None,
        b_regularizer=None,
        W_constraint=None,
        b_constraint=None,
        bias=True,
        input_dim=None,
        **kwargs
    ):
        super(Highway, self).__init__(**kwargs)
        self.init = tf.keras.initializers.get(init)
        self.activation = tf.keras.activations.get(activation)
        self.W_regularizer = tf.keras.regularizers.get(W_regularizer)
        self.b_regularizer = tf.keras.regularizers.get(b_regularizer)
        self.W_constraint = tf.keras.constraints.get(W_constraint)
        self.b_constraint = tf.keras.constraints.get(b_constraint)
        self.bias = bias

    def build(self, input_shape):
        units = tf.TensorShape(input_shape).as_list()[-1]
        self.W = self.add_weight(
            name="W",
            shape=(units, units),
            initializer=self.init,
            regularizer=self.W_regularizer,
            constraint=self.W_constraint,
        )
        self.W_carry = self.add_weight(name="W_carry", shape=(units, units), initializer=self.init)
        if self.bias:
            self.b = self.add_weight(
                name="b",
                shape=(units,),
                initializer="zeros",
                regularizer=self.b_regularizer,
                constraint=self.b_constraint,
            )
            self.b_carry = self.add_weight(name="b_carry", shape=(units,), initializer="ones")
        super(Highway, self).build(input_shape)

    def call(self, inputs):
        gate = tf.matmul(inputs, self.W_carry)
        made = tf.matmul(inputs, self.W)
        if self.bias:
            gate = gate + self.b_carry
            made = made + self.b
        gate = tf.sigmoid(gate)
        return self.activation(made) * gate + (1 - gate) * inputs

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(Highway, self).get_config()
        config.update(
            init=tf.keras.initializers.serialize(self.init),
            activation=tf.keras.activations.serialize(self.activation),
            W_regularizer=tf.keras.regularizers.serialize(self.W_regularizer),
            b_regularizer=tf.keras.regularizers.serialize(self.b_regularizer),
            W_constraint=tf.keras.constraints.serialize(self.W_constraint),
            b_constraint=tf.keras.constraints.serialize(self.b_constraint),
            bias=self.bias,
        )
        return config
