def _fn_image_resize_with_crop_or_pad(image, target_height, target_width):
    return tf.image.resize_image_with_crop_or_pad(image, target_height, target_width)
