class CategoryEncodingV2(_CategoryEncoding):
    """CategoryEncoding of TensorFlow 2.3, which weighs what it counts."""
