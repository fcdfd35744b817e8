"""Checkpoints of TensorFlow: an index with names, and shards with the values."""
