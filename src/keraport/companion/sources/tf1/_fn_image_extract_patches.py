def _fn_image_extract_patches(images, sizes, strides, rates, padding):
    return tf.extract_image_patches(images, sizes, strides, rates, padding)
