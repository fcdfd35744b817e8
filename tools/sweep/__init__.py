"""Every public layer of Keras 3.15 to TensorFlow 2.15 and back."""
