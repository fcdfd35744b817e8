def _swapaxes(x, axis1, axis2):
    """keras.ops.swapaxes."""
    axes = list(range(len(x.shape)))
    axes[axis1], axes[axis2] = axes[axis2], axes[axis1]
    return tf.transpose(x, axes)
