"""The models in ``tests/golden/tf2.3``: what they are, and how real TensorFlow 2.3.0 saves them."""
