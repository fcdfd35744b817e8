class _SparseKernel(object):
    """Locally connected layers of TensorFlow 2.3: implementation 3 keeps the connections alone."""

    def build(self, input_shape):
        if self.implementation != 3:
            super(_SparseKernel, self).build(input_shape)
            return
        sizes = tf.TensorShape(input_shape).as_list()[1:]
        first = self.data_format == "channels_first"
        channels, sizes = (sizes[0], sizes[1:]) if first else (sizes[-1], sizes[:-1])
        if channels is None or None in sizes:
            raise ValueError("%s needs to know the size of its input" % self.name)
        lengths = [
            _slid_length(size, window, self.padding, stride, 1)
            for size, window, stride in zip(sizes, self.kernel_size, self.strides)
        ]
        self._pairs = _connected_pairs(
            sizes,
            lengths,
            self.kernel_size,
            self.strides,
            self.padding,
            channels,
            self.filters,
            first,
        )
        inputs, outputs = channels, self.filters
        for size, length in zip(sizes, lengths):
            inputs, outputs = inputs * size, outputs * length
        self.kernel_shape = (outputs, inputs)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(len(self._pairs),),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=tuple(lengths) + (self.filters,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.built = True

    def call(self, inputs):
        if self.implementation != 3:
            return super(_SparseKernel, self).call(inputs)
        flat = tf.reshape(inputs, [tf.shape(inputs)[0], self.kernel_shape[1]])
        kernel = tf.SparseTensor(self._pairs, self.kernel, self.kernel_shape)
        outputs = tf.transpose(tf.sparse_tensor_dense_matmul(kernel, flat, adjoint_b=True))
        shape = tf.TensorShape(self.compute_output_shape(inputs.shape)).as_list()
        outputs = tf.reshape(outputs, [-1] + shape[1:])
        outputs.set_shape(shape)
        if self.bias is not None:
            # With channels first its numbers are read in that order, as Keras always did.
            first = self.data_format == "channels_first"
            bias_shape = [1, self.filters] + shape[2:] if first else [1] + shape[1:]
            outputs += tf.reshape(self.bias, bias_shape)
        return outputs if self.activation is None else self.activation(outputs)

    def compute_mask(self, inputs, mask=None):
        return None
