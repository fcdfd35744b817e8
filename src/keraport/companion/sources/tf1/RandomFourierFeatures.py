import numpy as np


class RandomFourierFeatures(tf.keras.layers.Layer):
    """cos(x W / scale + b) with random W and b, as tf.keras has it since TensorFlow 2.1."""

    def __init__(
        self, output_dim, kernel_initializer="gaussian", scale=None, trainable=False, **kwargs
    ):
        super(RandomFourierFeatures, self).__init__(trainable=trainable, **kwargs)
        self.output_dim = output_dim
        self.kernel_initializer = kernel_initializer
        self.scale = scale

    def build(self, input_shape):
        size = tf.TensorShape(input_shape).as_list()[-1]
        if size is None:
            raise ValueError("%s needs to know the number of its features" % self.name)
        kind = str(self.kernel_initializer).lower()
        if self.scale is None:
            self.scale = float(np.sqrt(size / 2.0)) if kind == "gaussian" else 1.0
        self.unscaled_kernel = self.add_weight(
            name="unscaled_kernel",
            shape=(size, self.output_dim),
            dtype=tf.float32,
            initializer=self._initializer(kind, (size, self.output_dim)),
            trainable=False,
        )
        self.bias = self.add_weight(
            name="bias",
            shape=(self.output_dim,),
            dtype=tf.float32,
            initializer=tf.random_uniform_initializer(0.0, 2 * np.pi),
            trainable=False,
        )
        self.kernel_scale = self.add_weight(
            name="kernel_scale",
            shape=(1,),
            dtype=tf.float32,
            initializer=tf.constant_initializer(self.scale),
            constraint=tf.keras.constraints.NonNeg(),
        )
        super(RandomFourierFeatures, self).build(input_shape)

    def _initializer(self, kind, shape):
        if kind == "gaussian":
            return tf.random_normal_initializer(stddev=1.0)
        if kind == "laplacian":
            return tf.constant_initializer(np.tan(np.pi * (np.random.uniform(size=shape) - 0.5)))
        return tf.keras.initializers.get(self.kernel_initializer)

    def call(self, inputs):
        kernel = (1.0 / self.kernel_scale) * self.unscaled_kernel
        return tf.cos(tf.nn.bias_add(tf.matmul(tf.cast(inputs, tf.float32), kernel), self.bias))

    def compute_mask(self, inputs, mask=None):
        return None

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(tf.TensorShape(input_shape).as_list()[:-1] + [self.output_dim])

    def get_config(self):
        initializer = self.kernel_initializer
        if callable(initializer):
            initializer = tf.keras.initializers.serialize(initializer)
        config = super(RandomFourierFeatures, self).get_config()
        config.update(output_dim=self.output_dim, kernel_initializer=initializer, scale=self.scale)
        return config
