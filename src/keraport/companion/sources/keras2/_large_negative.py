import tensorflow as tf


def _large_negative(dtype):
    """What hides a score that is masked, as far as a dtype reaches."""
    return tf.float16.min / 2.0 if dtype == tf.float16 else -1e9
