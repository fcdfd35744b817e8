def _in_train_phase(x, alt, training=None):
    """`x` while a model trains, else `alt`; both may be functions."""
    chosen = x if training else alt
    return chosen() if callable(chosen) else chosen
