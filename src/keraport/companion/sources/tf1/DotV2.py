class DotV2(tf.keras.layers.Dot):
    """Dot of tensors of any rank; the stock one multiplies vectors and matrices."""

    def call(self, inputs):
        axes = self.axes if isinstance(self.axes, (list, tuple)) else [self.axes, self.axes]
        parts, rest, known = [], [], []
        for tensor, axis in zip(inputs, axes):
            axis = axis % tensor.shape.ndims
            if self.normalize:
                tensor = tf.keras.backend.l2_normalize(tensor, axis=axis)
            others = [i for i in range(1, tensor.shape.ndims) if i != axis]
            sizes = tf.shape(tensor)
            rest += [sizes[i] for i in others]
            known += [tensor.shape[i] for i in others]
            tensor = tf.transpose(tensor, [0] + others + [axis])
            parts.append(tf.reshape(tensor, [sizes[0], -1, sizes[axis]]))
        product = tf.matmul(parts[0], parts[1], transpose_b=True)
        outputs = tf.reshape(product, tf.stack([tf.shape(product)[0]] + (rest or [1])))
        outputs.set_shape([inputs[0].shape[0]] + (known or [1]))
        return outputs
