import keras
import tensorflow as tf


class Conv1DTranspose(_TransposedConvolutionV2, keras.layers.Conv1D):
    """The transpose of Conv1D, as tf.keras has it since TensorFlow 2.3."""
