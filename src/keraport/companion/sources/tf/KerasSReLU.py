class KerasSReLU(tf.keras.layers.Layer):
    """SReLU of Keras 1: linear between two thresholds, and with other slopes beyond them."""

    def __init__(
        self,
        t_left_init="zeros",
        a_left_init="glorot_uniform",
        t_right_init="glorot_uniform",
        a_right_init="ones",
        shared_axes=None,
        **kwargs
    ):
        super(KerasSReLU, self).__init__(**kwargs)
        self.t_left_init = tf.keras.initializers.get(t_left_init)
        self.a_left_init = tf.keras.initializers.get(a_left_init)
        self.t_right_init = tf.keras.initializers.get(t_right_init)
        self.a_right_init = tf.keras.initializers.get(a_right_init)
        self.shared_axes = shared_axes
        self.supports_masking = True

    def build(self, input_shape):
        shape = tf.TensorShape(input_shape).as_list()[1:]
        for axis in self.shared_axes or ():
            shape[axis - 1] = 1
        self.t_left = self.add_weight(name="t_left", shape=shape, initializer=self.t_left_init)
        self.a_left = self.add_weight(name="a_left", shape=shape, initializer=self.a_left_init)
        self.t_right = self.add_weight(name="t_right", shape=shape, initializer=self.t_right_init)
        self.a_right = self.add_weight(name="a_right", shape=shape, initializer=self.a_right_init)
        super(KerasSReLU, self).build(input_shape)

    def call(self, inputs):
        right = self.t_left + tf.abs(self.t_right)
        from_left = inputs - self.t_left
        middle = tf.minimum(tf.nn.relu(from_left), right - self.t_left)
        left_and_middle = self.t_left + middle - self.a_left * tf.nn.relu(-from_left)
        return left_and_middle + tf.nn.relu(inputs - right) * self.a_right

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(KerasSReLU, self).get_config()
        config.update(
            t_left_init=tf.keras.initializers.serialize(self.t_left_init),
            a_left_init=tf.keras.initializers.serialize(self.a_left_init),
            t_right_init=tf.keras.initializers.serialize(self.t_right_init),
            a_right_init=tf.keras.initializers.serialize(self.a_right_init),
            shared_axes=self.shared_axes,
        )
        return config
