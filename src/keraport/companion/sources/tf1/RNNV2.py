class RNNV2(_RecurrentV2, tf.keras.layers.RNN):
    """RNN of TensorFlow 2.3: around any cell, also one with constants or a structure of states."""

    _makes_cell = False
