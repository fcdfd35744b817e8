class RandomCrop(_RandomLayer):
    """Cuts a part out of images, as tf.keras has it since TensorFlow 2.3.

    While it trains, the same part at random of all images of a batch; at inference the middle, after
    the shorter side has been resized to fit.
    """

    def __init__(self, height, width, seed=None, **kwargs):
        super(RandomCrop, self).__init__(**kwargs)
        self.height = height
        self.width = width
        self.seed = seed

    def at_inference(self, inputs):
        sizes = tf.shape(inputs)
        is_tall = tf.truediv(sizes[1], sizes[2]) > float(self.height) / self.width
        by_width = tf.cast(tf.truediv(self.width * sizes[1], sizes[2]), tf.int32)
        by_height = tf.cast(tf.truediv(self.height * sizes[2], sizes[1]), tf.int32)
        height = tf.where(is_tall, by_width, self.height)
        width = tf.where(is_tall, self.width, by_height)
        return _centre(_resized(inputs, height, width), self.height, self.width)

    def in_training(self, inputs):
        sizes = tf.shape(inputs)
        room = sizes[1:3] - [self.height, self.width]
        message = "%s cannot cut %s x %s out of less" % (self.name, self.height, self.width)
        with tf.control_dependencies([tf.assert_non_negative(room, message=message)]):
            share = self.uniform([2], 0.0, 1.0)
        start = tf.minimum(tf.cast(share * tf.cast(room + 1, tf.float32), tf.int32), room)
        begin = tf.stack([0, start[0], start[1], 0])
        return tf.slice(inputs, begin, [-1, self.height, self.width, -1])

    def compute_output_shape(self, input_shape):
        sizes = tf.TensorShape(input_shape).as_list()
        return tf.TensorShape([sizes[0], self.height, self.width, sizes[3]])

    def get_config(self):
        config = super(RandomCrop, self).get_config()
        config.update(height=self.height, width=self.width, seed=self.seed)
        return config
