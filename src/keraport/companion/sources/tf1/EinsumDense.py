class EinsumDense(tf.keras.layers.Layer):
    """Any product of the input with a kernel, as tf.keras has it since TensorFlow 2.3."""

    def __init__(
        self,
        equation,
        output_shape,
        activation=None,
        bias_axes=None,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        **kwargs
    ):
        super(EinsumDense, self).__init__(
            activity_regularizer=tf.keras.regularizers.get(activity_regularizer), **kwargs
        )
        self.equation = equation
        one = isinstance(output_shape, int)
        self.partial_output_shape = [output_shape] if one else list(output_shape)
        self.bias_axes = bias_axes
        self.activation = tf.keras.activations.get(activation)
        self.kernel_initializer = tf.keras.initializers.get(kernel_initializer)
        self.bias_initializer = tf.keras.initializers.get(bias_initializer)
        self.kernel_regularizer = tf.keras.regularizers.get(kernel_regularizer)
        self.bias_regularizer = tf.keras.regularizers.get(bias_regularizer)
        self.kernel_constraint = tf.keras.constraints.get(kernel_constraint)
        self.bias_constraint = tf.keras.constraints.get(bias_constraint)

    def build(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        inputs, kernel, output = _einsum_letters(self.equation, len(sizes))
        known = dict(zip(output, self._output_sizes(sizes)))
        known.update(zip(inputs, sizes))
        self.kernel = self.add_weight(
            name="kernel",
            shape=[known[letter] for letter in kernel],
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.bias_axes is not None:
            self.bias = self.add_weight(
                name="bias",
                shape=self._bias_shape(sizes),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        super(EinsumDense, self).build(input_shape)

    def _output_sizes(self, sizes):
        """The equation's dots stand for dimensions that the input has and no letter names."""
        left = self.equation.split(",")[0]
        elided = len(sizes) - len(left.replace("...", ""))
        if elided and left.startswith("..."):
            return sizes[:elided] + self.partial_output_shape
        return sizes[:1] + self.partial_output_shape + (sizes[-elided:] if elided else [])

    def _bias_shape(self, sizes):
        """From the first letter with a bias to the last dimension; 1 where there is none."""
        _, _, output = _einsum_letters(self.equation, len(sizes))
        first = min(output.index(letter) for letter in self.bias_axes)
        made = list(zip(output, self._output_sizes(sizes)))[first:]
        return [size if letter in self.bias_axes else 1 for letter, size in made]

    def call(self, inputs):
        outputs = _einsum(self.equation, tf.convert_to_tensor(inputs), self.kernel)
        outputs.set_shape(self._output_sizes(inputs.shape.as_list()))
        outputs = outputs if self.bias is None else outputs + self.bias
        return outputs if self.activation is None else self.activation(outputs)

    def compute_mask(self, inputs, mask=None):
        return None

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(self._output_sizes(tf.TensorShape(input_shape).as_list()))

    def get_config(self):
        config = super(EinsumDense, self).get_config()
        config.update(
            equation=self.equation,
            output_shape=self.partial_output_shape,
            activation=tf.keras.activations.serialize(self.activation),
            bias_axes=self.bias_axes,
            kernel_initializer=tf.keras.initializers.serialize(self.kernel_initializer),
            bias_initializer=tf.keras.initializers.serialize(self.bias_initializer),
            kernel_regularizer=tf.keras.regularizers.serialize(self.kernel_regularizer),
            bias_regularizer=tf.keras.regularizers.serialize(self.bias_regularizer),
            activity_regularizer=tf.keras.regularizers.serialize(self.activity_regularizer),
            kernel_constraint=tf.keras.constraints.serialize(self.kernel_constraint),
            bias_constraint=tf.keras.constraints.serialize(self.bias_constraint),
        )
        return config
