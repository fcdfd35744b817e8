def _fn_math_cumulative_logsumexp(x, axis=0, exclusive=False, reverse=False):
    kept = {"exclusive": exclusive, "reverse": reverse}
    return _op_CumulativeLogsumexp([x, tf.constant(axis)], kept)
