import keras


def _alike(*values):
    """Numbers in the dtype of the tensors that they are computed with, as TensorFlow has them."""
    dtype = next(value.dtype for value in values if hasattr(value, "shape"))
    dtype = keras.backend.standardize_dtype(dtype)
    return [
        value if hasattr(value, "shape") else keras.ops.convert_to_tensor(value, dtype=dtype)
        for value in values
    ]
