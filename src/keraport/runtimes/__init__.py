"""Real TensorFlow releases in environments of their own."""
