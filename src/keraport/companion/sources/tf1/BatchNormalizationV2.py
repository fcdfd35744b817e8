class BatchNormalizationV2(tf.keras.layers.BatchNormalization):
    """Batch normalisation with the variables and the config of TensorFlow 2.3.

    Its renormalisation keeps moving_stddev, renorm_mean and renorm_stddev; virtual batches may have
    open sizes; the axes in its config are those that it was given; while it is frozen it uses the
    moving averages in training, too; it computes in float32 what it is given in 16 bits.
    """

    def __init__(self, axis=-1, trainable=True, **kwargs):
        super(BatchNormalizationV2, self).__init__(axis=axis, trainable=trainable, **kwargs)
        self._given_axis = axis if isinstance(axis, int) else list(axis)

    def build(self, input_shape):
        self.fused = False
        # The variables of the stock layer's renormalisation are others.
        renorm, self.renorm = self.renorm, False
        super(BatchNormalizationV2, self).build(input_shape)
        self.renorm = renorm
        if renorm:
            self.moving_stddev = self._average("moving_stddev", self._initial_deviation)
            self.renorm_mean = self._average("renorm_mean", self.moving_mean_initializer)
            self.renorm_stddev = self._average("renorm_stddev", self._initial_deviation)

    def _average(self, name, initializer):
        shape = self.moving_mean.shape.as_list()
        return self.add_weight(name=name, shape=shape, initializer=initializer, trainable=False)

    def _initial_deviation(self, *args, **kwargs):
        return tf.sqrt(self.moving_variance_initializer(*args, **kwargs))

    def call(self, inputs, training=None):
        learning = tf.keras.backend.learning_phase() if training is None else training
        given, inputs = inputs.dtype, tf.cast(inputs, self.moving_mean.dtype)
        grouped = self._in_groups(inputs)
        if not self.trainable or (isinstance(learning, (bool, int)) and not learning):
            mean, variance = self.moving_mean, self.moving_variance
            outputs = self._normalised(grouped, mean, variance, self.gamma, self.beta)
        else:
            outputs = self._trained(grouped, learning)
        outputs = tf.reshape(outputs, tf.shape(inputs)) if grouped is not inputs else outputs
        outputs.set_shape(inputs.shape)
        outputs = tf.cast(outputs, given)
        if self.trainable and training is None:
            outputs._uses_learning_phase = True
        return outputs

    def _in_groups(self, inputs):
        """With virtual batches: the samples of a batch, the batches, then the rest."""
        size = self.virtual_batch_size
        if size is None:
            return inputs
        grouped = tf.reshape(inputs, tf.concat([[size, -1], tf.shape(inputs)[1:]], 0))
        grouped.set_shape(tf.TensorShape([size, None]).concatenate(inputs.shape[1:]))
        return grouped

    def _broadcast(self, weight, inputs):
        rank = inputs.shape.ndims
        if weight is None or weight.shape.ndims == rank:
            return weight
        shape = [-1 if i in self.axis else 1 for i in range(rank)]
        return tf.reshape(weight, shape)

    def _normalised(self, inputs, mean, variance, scale, offset):
        mean, variance, scale, offset = [
            self._broadcast(value, inputs) for value in (mean, variance, scale, offset)
        ]
        return tf.nn.batch_normalization(inputs, mean, variance, offset, scale, self.epsilon)

    def _trained(self, inputs, training):
        """By the statistics of the batch while training; else by the moving averages."""
        phase = tf.keras.backend.in_train_phase
        keep = self.virtual_batch_size is not None or len(self.axis) > 1
        axes = [i for i in range(inputs.shape.ndims) if i not in self.axis]
        if self.virtual_batch_size is not None:
            axes.remove(1)
        mean, variance = tf.nn.moments(inputs, axes, keep_dims=keep)
        new_mean, new_variance = mean, variance
        if self.virtual_batch_size is not None:
            new_mean = tf.reduce_mean(mean, 1, keepdims=True)
            new_variance = tf.reduce_mean(variance, 1, keepdims=True)
        mean = phase(mean, tf.identity(self.moving_mean), training)
        variance = phase(variance, tf.identity(self.moving_variance), training)
        scale, offset = self.gamma, self.beta
        before = [new_mean]
        if self.renorm:
            r, d = self._corrections(new_mean, new_variance)
            before = [r, d]
            r = phase(tf.stop_gradient(r), tf.ones_like(r), training)
            d = phase(tf.stop_gradient(d), tf.zeros_like(d), training)
            d = d if scale is None else d * scale
            scale = r if scale is None else r * scale
            offset = d if offset is None else d + offset
        with tf.control_dependencies(before):
            self._update(new_mean, new_variance, training)
        return self._normalised(inputs, mean, variance, scale, offset)

    def _corrections(self, mean, variance):
        """What makes a batch look as if normalised by the averages, within the limits given."""
        deviation = tf.sqrt(variance + self.epsilon)
        average = tf.maximum(self.renorm_stddev, tf.sqrt(tf.cast(self.epsilon, variance.dtype)))
        r, d = deviation / average, (mean - self.renorm_mean) / average
        limits = self.renorm_clipping
        if limits.get("rmin") is not None:
            r = tf.maximum(r, limits["rmin"])
        if limits.get("rmax") is not None:
            r = tf.minimum(r, limits["rmax"])
        if limits.get("dmax") is not None:
            d = tf.clip_by_value(d, -limits["dmax"], limits["dmax"])
        return r, d

    def _update(self, mean, variance, training):
        """Moves the averages; a momentum of 1 leaves them as they are."""
        phase = tf.keras.backend.in_train_phase
        momentum = phase(tf.constant(self.momentum), tf.constant(1.0), training)
        updates = [self._assign_moving_average(self.moving_mean, mean, momentum)]
        if not self.renorm:
            updates.append(self._assign_moving_average(self.moving_variance, variance, momentum))
        else:
            slow = phase(tf.constant(self.renorm_momentum), tf.constant(1.0), training)
            deviation = tf.sqrt(variance + self.epsilon)
            updates.append(self._assign_moving_average(self.renorm_mean, mean, slow))
            updates.append(self._assign_moving_average(self.renorm_stddev, deviation, slow))
            moved = self._assign_moving_average(self.moving_stddev, deviation, momentum)
            squared = tf.nn.relu(moved * moved - self.epsilon)
            kept = phase(squared, tf.identity(self.moving_variance), training)
            updates.append(tf.assign(self.moving_variance, kept))
        for update in updates:
            self.add_update(update, inputs=True)

    def get_config(self):
        config = super(BatchNormalizationV2, self).get_config()
        config.update(axis=self._given_axis)
        return config
