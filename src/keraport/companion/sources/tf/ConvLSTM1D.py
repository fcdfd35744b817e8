class ConvLSTM1D(_ConvLSTM):
    """ConvLSTM along one dimension, as tf.keras has it since TensorFlow 2.6."""

    rank = 1
