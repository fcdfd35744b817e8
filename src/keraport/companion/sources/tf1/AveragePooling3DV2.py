class AveragePooling3DV2(tf.keras.layers.AveragePooling3D):
    """AveragePooling3D as of TensorFlow 2.3, for float64 on a CPU as well.

    A box is averaged over height and width first, and these averages over depth then.
    """

    def call(self, inputs):
        channels_first = self.data_format == "channels_first"
        boxes = tf.transpose(inputs, [0, 2, 3, 4, 1]) if channels_first else inputs
        channels = boxes.shape[-1].value
        shape = tf.shape(boxes)
        planes = tf.reshape(boxes, [shape[0] * shape[1], shape[2], shape[3], channels])
        planes = self._averaged(planes, self.pool_size[1:], self.strides[1:])
        height, width = tf.shape(planes)[1], tf.shape(planes)[2]
        columns = tf.reshape(planes, [shape[0], shape[1], height * width, channels])
        columns = self._averaged(columns, (self.pool_size[0], 1), (self.strides[0], 1))
        depth = tf.shape(columns)[1]
        outputs = tf.reshape(columns, [shape[0], depth, height, width, channels])
        if channels_first:
            outputs = tf.transpose(outputs, [0, 4, 1, 2, 3])
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return outputs

    def _averaged(self, images, size, strides):
        size, strides = [1] + list(size) + [1], [1] + list(strides) + [1]
        return tf.nn.avg_pool(images, size, strides, self.padding.upper())
