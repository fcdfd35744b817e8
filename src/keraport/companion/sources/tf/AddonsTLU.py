class AddonsTLU(tf.keras.layers.Layer):
    """The layer TLU of TensorFlow Addons: the larger of x and a threshold that is trained."""

    def __init__(
        self,
        affine=False,
        tau_initializer="zeros",
        tau_regularizer=None,
        tau_constraint=None,
        alpha_initializer="zeros",
        alpha_regularizer=None,
        alpha_constraint=None,
        **kwargs
    ):
        super(AddonsTLU, self).__init__(**kwargs)
        self.affine = affine
        self.tau_initializer = tf.keras.initializers.get(tau_initializer)
        self.tau_regularizer = tf.keras.regularizers.get(tau_regularizer)
        self.tau_constraint = tf.keras.constraints.get(tau_constraint)
        self.alpha_initializer = tf.keras.initializers.get(alpha_initializer)
        self.alpha_regularizer = tf.keras.regularizers.get(alpha_regularizer)
        self.alpha_constraint = tf.keras.constraints.get(alpha_constraint)
        self.supports_masking = True

    def build(self, input_shape):
        shape = tf.TensorShape(input_shape).as_list()[1:]
        self.tau = self.add_weight(
            name="tau",
            shape=shape,
            initializer=self.tau_initializer,
            regularizer=self.tau_regularizer,
            constraint=self.tau_constraint,
        )
        if self.affine:
            self.alpha = self.add_weight(
                name="alpha",
                shape=shape,
                initializer=self.alpha_initializer,
                regularizer=self.alpha_regularizer,
                constraint=self.alpha_constraint,
            )
        super(AddonsTLU, self).build(input_shape)

    def call(self, inputs):
        return tf.maximum(inputs, self.tau + (self.alpha * inputs if self.affine else 0))

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)

    def get_config(self):
        config = super(AddonsTLU, self).get_config()
        config.update(
            affine=self.affine,
            tau_initializer=tf.keras.initializers.serialize(self.tau_initializer),
            tau_regularizer=tf.keras.regularizers.serialize(self.tau_regularizer),
            tau_constraint=tf.keras.constraints.serialize(self.tau_constraint),
        )
        if self.affine:
            config.update(
                alpha_initializer=tf.keras.initializers.serialize(self.alpha_initializer),
                alpha_regularizer=tf.keras.regularizers.serialize(self.alpha_regularizer),
                alpha_constraint=tf.keras.constraints.serialize(self.alpha_constraint),
            )
        return config
