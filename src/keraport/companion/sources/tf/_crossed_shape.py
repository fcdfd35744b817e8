def _crossed_shape(shapes, depths):
    """Rows, and how many ways there are to take one value of each of `depths` tensors."""
    shapes = [tf.TensorShape(shape).as_list() for shape in shapes]
    columns = 0
    for depth in depths:
        for group in _combinations([shape[-1] for shape in shapes], depth):
            product = None if None in group else 1
            for size in group if product else []:
                product *= size
            columns = None if columns is None or product is None else columns + product
    return tf.TensorShape([shapes[0][0], columns])
