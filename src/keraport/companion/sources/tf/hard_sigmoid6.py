def hard_sigmoid6(x):
    """min(max(x + 3, 0), 6) / 6: hard_sigmoid of Keras 3; that of older releases is steeper."""
    return tf.nn.relu6(x + 3.0) / 6.0
