from tensorflow.python.util import nest


def _initial_states(cell, batch, dtype):
    """What a cell starts from: what it says itself, else zeros."""
    make = getattr(cell, "get_initial_state", None)
    if make is not None:
        return make(inputs=None, batch_size=batch, dtype=dtype)
    return nest.map_structure(
        lambda size: tf.zeros([batch] + _sizes(size)[0], dtype), cell.state_size
    )
