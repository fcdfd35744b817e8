from keras import ops


def addons_rrelu(x):
    """x, and below zero x times a slope, as rrelu of TensorFlow Addons.

    The slope is that of predictions, the mean of its limits, in training as well: functions are not
    told there.
    """
    x = ops.convert_to_tensor(x)
    slope = ops.cast((0.125 + 0.3333333333333333) / 2, x.dtype)
    return ops.where(x >= 0, x, slope * x)
