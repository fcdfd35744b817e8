"""Raw TensorFlow operations in a Keras model: what each is, and how TF 1.12 says it."""
