import tensorflow as tf
from tensorflow.python.util import nest


def _sizes(structure):
    """The sizes in a cell's `state_size` or `output_size`, each as a list of dimensions."""
    return [tf.TensorShape(size).as_list() for size in nest.flatten(structure)]
