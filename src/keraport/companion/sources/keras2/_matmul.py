import tensorflow as tf


def _matmul(left, right, transpose_b=False):
    """tf.matmul that broadcasts the dimensions before the last two, as TensorFlow 2 does."""
    rank = max(left.shape.ndims, right.shape.ndims)
    before = [tensor.shape.as_list()[:-2] for tensor in (left, right)]
    if before[0] == before[1] and None not in before[0][1:]:
        return tf.matmul(left, right, transpose_b=transpose_b)
    tensors = []
    for tensor in (left, right):
        ones = tf.ones([rank - tensor.shape.ndims], tf.int32)
        tensors.append(tf.reshape(tensor, tf.concat([ones, tf.shape(tensor)], 0)))
    common = tf.broadcast_dynamic_shape(*[tf.shape(tensor)[:-2] for tensor in tensors])
    for index, tensor in enumerate(tensors):
        tensors[index] = tf.broadcast_to(tensor, tf.concat([common, tf.shape(tensor)[-2:]], 0))
    product = tf.matmul(tensors[0], tensors[1], transpose_b=transpose_b)
    columns = right.shape[-2] if transpose_b else right.shape[-1]
    sizes = tf.broadcast_static_shape(left.shape[:-2], right.shape[:-2])
    product.set_shape(sizes.concatenate(left.shape[-2:-1]).concatenate([columns]))
    return product
