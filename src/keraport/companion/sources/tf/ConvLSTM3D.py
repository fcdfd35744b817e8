class ConvLSTM3D(_ConvLSTM):
    """ConvLSTM along three dimensions, as tf.keras has it since TensorFlow 2.6."""

    rank = 3
