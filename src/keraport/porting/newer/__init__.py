"""Source for newer releases: for Keras 3, and for later releases of TensorFlow 2."""
