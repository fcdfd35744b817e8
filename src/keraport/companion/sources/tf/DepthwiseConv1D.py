class DepthwiseConv1D(tf.keras.layers.Layer):
    """A convolution of each channel by itself, as tf.keras has it since TensorFlow 2.9."""

    def __init__(
        self,
        kernel_size,
        strides=1,
        padding="valid",
        depth_multiplier=1,
        data_format="channels_last",
        dilation_rate=1,
        activation=None,
        use_bias=True,
        depthwise_initializer="glorot_uniform",
        bias_initializer="zeros",
        depthwise_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        depthwise_constraint=None,
        bias_constraint=None,
        **kwargs
    ):
        super(DepthwiseConv1D, self).__init__(
            activity_regularizer=tf.keras.regularizers.get(activity_regularizer), **kwargs
        )
        one = [x if isinstance(x, int) else x[0] for x in (kernel_size, strides, dilation_rate)]
        self.kernel_size, self.strides, self.dilation_rate = one
        self.padding = padding
        self.depth_multiplier = depth_multiplier
        self.data_format = data_format
        self.activation = tf.keras.activations.get(activation)
        self.use_bias = use_bias
        self.depthwise_initializer = tf.keras.initializers.get(depthwise_initializer)
        self.bias_initializer = tf.keras.initializers.get(bias_initializer)
        self.depthwise_regularizer = tf.keras.regularizers.get(depthwise_regularizer)
        self.bias_regularizer = tf.keras.regularizers.get(bias_regularizer)
        self.depthwise_constraint = tf.keras.constraints.get(depthwise_constraint)
        self.bias_constraint = tf.keras.constraints.get(bias_constraint)

    def build(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        channels = sizes[1 if self.data_format == "channels_first" else 2]
        self.depthwise_kernel = self.add_weight(
            name="depthwise_kernel",
            shape=(self.kernel_size, channels, self.depth_multiplier),
            initializer=self.depthwise_initializer,
            regularizer=self.depthwise_regularizer,
            constraint=self.depthwise_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(channels * self.depth_multiplier,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        super(DepthwiseConv1D, self).build(input_shape)

    def call(self, inputs):
        first = self.data_format == "channels_first"
        images = tf.transpose(inputs, [0, 2, 1]) if first else inputs
        padding = self.padding
        if self.dilation_rate > 1 and padding == "same":
            over = self.dilation_rate * (self.kernel_size - 1)
            images = tf.pad(images, [[0, 0], [over // 2, over - over // 2], [0, 0]])
            padding = "valid"
        kernel = self.depthwise_kernel
        if self.dilation_rate > 1:
            # Zeros between the steps of the kernel, which some kernels of TensorFlow lack.
            kernel = tf.stack([kernel] + [tf.zeros_like(kernel)] * (self.dilation_rate - 1), 1)
            kernel = tf.reshape(kernel, [-1] + self.depthwise_kernel.shape.as_list()[1:])
            kernel = kernel[: 1 - self.dilation_rate]
        outputs = tf.nn.depthwise_conv2d(
            tf.expand_dims(images, 1),
            tf.expand_dims(kernel, 0),
            strides=[1, self.strides, self.strides, 1],
            padding=padding.upper(),
        )
        outputs = outputs[:, 0]
        outputs = outputs if self.bias is None else tf.nn.bias_add(outputs, self.bias)
        outputs = tf.transpose(outputs, [0, 2, 1]) if first else outputs
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return outputs if self.activation is None else self.activation(outputs)

    def compute_output_shape(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        first = self.data_format == "channels_first"
        length, channels = sizes[2:0:-1] if first else sizes[1:]
        if length is not None:
            length -= 0 if self.padding == "same" else self.dilation_rate * (self.kernel_size - 1)
            length = (length + self.strides - 1) // self.strides
        made = [length, channels * self.depth_multiplier]
        return tf.TensorShape(sizes[:1] + (made[::-1] if first else made))

    def get_config(self):
        config = super(DepthwiseConv1D, self).get_config()
        config.update(
            kernel_size=self.kernel_size,
            strides=self.strides,
            padding=self.padding,
            depth_multiplier=self.depth_multiplier,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
            activation=tf.keras.activations.serialize(self.activation),
            use_bias=self.use_bias,
            depthwise_initializer=tf.keras.initializers.serialize(self.depthwise_initializer),
            bias_initializer=tf.keras.initializers.serialize(self.bias_initializer),
            depthwise_regularizer=tf.keras.regularizers.serialize(self.depthwise_regularizer),
            bias_regularizer=tf.keras.regularizers.serialize(self.bias_regularizer),
            activity_regularizer=tf.keras.regularizers.serialize(self.activity_regularizer),
            depthwise_constraint=tf.keras.constraints.serialize(self.depthwise_constraint),
            bias_constraint=tf.keras.constraints.serialize(self.bias_constraint),
        )
        return config
