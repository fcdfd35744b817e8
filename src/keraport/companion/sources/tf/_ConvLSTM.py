class _ConvLSTM(tf.keras.layers.Layer):
    """An LSTM whose products are convolutions, along any number of dimensions (`rank`)."""

    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        data_format="channels_last",
        dilation_rate=1,
        activation="tanh",
        recurrent_activation="hard_sigmoid",
        use_bias=True,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
        unit_forget_bias=True,
        kernel_regularizer=None,
        recurrent_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        dropout=0.0,
        recurrent_dropout=0.0,
        **kwargs
    ):
        super(_ConvLSTM, self).__init__(
            activity_regularizer=tf.keras.regularizers.get(activity_regularizer), **kwargs
        )
        self.filters = filters
        self.kernel_size = self._each(kernel_size)
        self.strides = self._each(strides)
        self.padding = padding
        self.data_format = data_format
        self.dilation_rate = self._each(dilation_rate)
        self.activation = tf.keras.activations.get(activation)
        self.recurrent_activation = tf.keras.activations.get(recurrent_activation)
        self.use_bias = use_bias
        self.kernel_initializer = tf.keras.initializers.get(kernel_initializer)
        self.recurrent_initializer = tf.keras.initializers.get(recurrent_initializer)
        self.bias_initializer = tf.keras.initializers.get(bias_initializer)
        self.unit_forget_bias = unit_forget_bias
        self.kernel_regularizer = tf.keras.regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = tf.keras.regularizers.get(recurrent_regularizer)
        self.bias_regularizer = tf.keras.regularizers.get(bias_regularizer)
        self.kernel_constraint = tf.keras.constraints.get(kernel_constraint)
        self.recurrent_constraint = tf.keras.constraints.get(recurrent_constraint)
        self.bias_constraint = tf.keras.constraints.get(bias_constraint)
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.go_backwards = go_backwards
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout

    def _each(self, value):
        return [value] * self.rank if isinstance(value, int) else list(value)

    def build(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        channels = sizes[2 if self.data_format == "channels_first" else -1]
        self.kernel = self.add_weight(
            name="kernel",
            shape=self.kernel_size + [channels, self.filters * 4],
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.recurrent_kernel = self.add_weight(
            name="recurrent_kernel",
            shape=self.kernel_size + [self.filters, self.filters * 4],
            initializer=self.recurrent_initializer,
            regularizer=self.recurrent_regularizer,
            constraint=self.recurrent_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(self.filters * 4,),
                initializer=self._first_bias if self.unit_forget_bias else self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        super(_ConvLSTM, self).build(input_shape)

    def _first_bias(self, _, dtype=None, **kwargs):
        """Ones where the layer decides what to forget."""
        parts = [self.bias_initializer((self.filters,), dtype=dtype), tf.ones([self.filters])]
        parts.append(self.bias_initializer((self.filters * 2,), dtype=dtype))
        return tf.concat([tf.cast(part, parts[0].dtype) for part in parts], 0)

    def call(self, inputs, training=None):
        zeros = self._convolved(
            tf.reduce_sum(tf.zeros_like(inputs), axis=1),
            tf.zeros(self.kernel_size + [inputs.shape.as_list()[self._axis + 1], self.filters]),
        )
        masks = self._masks(tf.zeros_like(inputs)[:, 0], self.dropout, training)
        recurrent = self._masks(zeros, self.recurrent_dropout, training)
        last, outputs, states = tf.keras.backend.rnn(
            lambda step, states: self._step(step, states, masks, recurrent),
            inputs,
            [zeros, zeros],
            go_backwards=self.go_backwards,
            input_length=inputs.shape.as_list()[1],
        )
        made = outputs if self.return_sequences else last
        shapes = self._made_shapes(inputs.shape)
        found = [made] + (list(states) if self.return_state else [])
        for tensor, shape in zip(found, shapes):
            tensor.set_shape(shape)
        return found if self.return_state else made

    @property
    def _axis(self):
        """The axis of the channels of one step."""
        return 1 if self.data_format == "channels_first" else self.rank + 1

    def _masks(self, like, rate, training):
        if not rate:
            return [None] * 4
        ones, layer = tf.ones_like(like), self

        def drawn():
            outputs = tf.keras.backend.in_train_phase(
                lambda: tf.keras.backend.dropout(ones, rate), ones, training=training
            )
            if training is None:
                _depends_on_training(layer)
            return outputs

        return [drawn() for _ in range(4)]

    def _step(self, inputs, states, masks, recurrent):
        before, carried = states[0], states[1]
        kernels = tf.split(self.kernel, 4, axis=-1)
        inner = tf.split(self.recurrent_kernel, 4, axis=-1)
        biases = [None] * 4 if self.bias is None else tf.split(self.bias, 4)
        sums = []
        for index in range(4):
            given = inputs if masks[index] is None else inputs * masks[index]
            known = before if recurrent[index] is None else before * recurrent[index]
            part = self._convolved(given, kernels[index])
            if biases[index] is not None:
                part = tf.keras.backend.bias_add(part, biases[index], self.data_format)
            sums.append(part + self._convolve(known, inner[index], [1] * self.rank, "same"))
        taken = self.recurrent_activation(sums[0])
        kept = self.recurrent_activation(sums[1])
        carried = kept * carried + taken * self.activation(sums[2])
        output = self.recurrent_activation(sums[3]) * self.activation(carried)
        return output, [output, carried]

    def _convolved(self, inputs, kernel):
        return self._convolve(inputs, kernel, self.strides, self.padding, self.dilation_rate)

    def _convolve(self, inputs, kernel, strides, padding, dilation=None):
        dilation = dilation or [1] * self.rank
        if self.rank == 1:
            return tf.keras.backend.conv1d(
                inputs, kernel, strides[0], padding, self.data_format, dilation[0]
            )
        return tf.keras.backend.conv3d(
            inputs, kernel, tuple(strides), padding, self.data_format, tuple(dilation)
        )

    def compute_mask(self, inputs, mask=None):
        return [None] * 3 if self.return_state else None

    def _made_shapes(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        first = self.data_format == "channels_first"
        lengths = [
            _slid_length(*each)
            for each in zip(
                sizes[3:] if first else sizes[2:-1],
                self.kernel_size,
                [self.padding] * self.rank,
                self.strides,
                self.dilation_rate,
            )
        ]
        step = [self.filters] + lengths if first else lengths + [self.filters]
        made = sizes[:2] + step if self.return_sequences else sizes[:1] + step
        return [tf.TensorShape(made)] + [tf.TensorShape(sizes[:1] + step)] * 2

    def compute_output_shape(self, input_shape):
        shapes = self._made_shapes(input_shape)
        return shapes if self.return_state else shapes[0]

    def get_config(self):
        config = super(_ConvLSTM, self).get_config()
        for key in ("activation", "recurrent_activation"):
            config[key] = tf.keras.activations.serialize(getattr(self, key))
        for key in ("kernel", "recurrent", "bias"):
            given = getattr(self, key + "_initializer")
            config[key + "_initializer"] = tf.keras.initializers.serialize(given)
            given = getattr(self, key + "_constraint")
            config[key + "_constraint"] = tf.keras.constraints.serialize(given)
        for key in ("kernel", "recurrent", "bias", "activity"):
            given = getattr(self, key + "_regularizer")
            config[key + "_regularizer"] = tf.keras.regularizers.serialize(given)
        config.update(
            filters=self.filters,
            kernel_size=self.kernel_size,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
            use_bias=self.use_bias,
            unit_forget_bias=self.unit_forget_bias,
            return_sequences=self.return_sequences,
            return_state=self.return_state,
            go_backwards=self.go_backwards,
            dropout=self.dropout,
            recurrent_dropout=self.recurrent_dropout,
        )
        return config
