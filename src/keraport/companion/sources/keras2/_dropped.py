import keras
import tensorflow as tf


def _dropped(layer, tensor, training):
    """The tensor with the layer's `dropout` while it trains, and as it is otherwise."""
    outputs = keras.backend.in_train_phase(
        lambda: keras.backend.dropout(tensor, layer.dropout),
        lambda: tf.identity(tensor),
        training=training,
    )
    if training is None:
        _depends_on_training(layer)
    return outputs
